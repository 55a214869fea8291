"""What stands in a row, what is to stand there, and what differs: for previews and the trail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access_requests.models import Role
from access_requests.programs.dates import written
from providers.kinds import Kind
from providers.models import Program
from providers.reference import EASTERN

Values = dict[str, Any]

LABELS = {
    "name": gettext_lazy("Name"),
    "kinds": gettext_lazy("Kinds of provider"),
    "pso_opens_at": gettext_lazy("PSO requests open"),
    "general_opens_at": gettext_lazy("Requests for every role open"),
    "goes_live_at": gettext_lazy("Goes live"),
    "note": gettext_lazy("Note"),
    "description": gettext_lazy("Description"),
    "open_to_vendors": gettext_lazy("Vendors may hold it"),
    "is_offered": gettext_lazy("Can be asked for"),
    "position": gettext_lazy("Position in lists"),
}
_OF_PROGRAM = ("name", "kinds", "pso_opens_at", "general_opens_at", "goes_live_at", "note")
_OF_ROLE = ("name", "description", "open_to_vendors", "is_offered", "position")


class ChangedMeanwhile(Exception):
    """Somebody else has changed the row since it was read. `changes`: what they did."""

    def __init__(self, changes: list[Change]) -> None:
        super().__init__()
        self.changes = changes


@dataclass(frozen=True)
class Change:
    field: str
    before: Any
    after: Any

    @property
    def label(self) -> str:
        return str(LABELS[self.field])

    @property
    def before_words(self) -> str:
        return in_words(self.field, self.before)

    @property
    def after_words(self) -> str:
        return in_words(self.field, self.after)


def values_of(row: Program | Role) -> Values:
    """As JSON holds them, so that they can be compared with what a page showed."""
    fields = _OF_PROGRAM if isinstance(row, Program) else _OF_ROLE
    return {name: _plain(getattr(row, name)) for name in fields}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(EASTERN).isoformat()
    return sorted(value) if isinstance(value, list) else value


def put(row: Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def between(before: Values, after: Values) -> list[Change]:
    return [
        Change(name, before[name], after[name]) for name in before if before[name] != after[name]
    ]


def require_as_seen(row: Program | Role, seen: str) -> None:
    """Raises ChangedMeanwhile where the row is not what the page said; `seen` comes from there."""
    now = values_of(row)
    try:
        then = json.loads(seen)
        then = {name: then[name] for name in now}
    except (ValueError, KeyError, TypeError):
        # A page that says nothing of what it showed has shown nothing.
        raise ChangedMeanwhile([]) from None
    if then != now:
        raise ChangedMeanwhile(between(then, now))


def merged(row: Program | Role, typed: Mapping[str, Any], meanwhile: ChangedMeanwhile) -> None:
    """Put what was typed into the row, but leave what somebody else has changed meanwhile and
    the typist had not touched."""
    theirs = {each.field for each in meanwhile.changes if _plain(typed[each.field]) == each.before}
    put(row, {name: value for name, value in typed.items() if name not in theirs})


def seen(row: Program | Role) -> str:
    return json.dumps(values_of(row))


def in_words(field: str, value: Any) -> str:
    if field.endswith("_at"):
        if not value:
            return _("no date")
        return _("%(date)s, Eastern Time") % {"date": written(datetime.fromisoformat(value))}
    if field == "kinds":
        return ", ".join(kind_label(each) for each in value or []) or _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if value not in ("", None) else _("nothing")


def kind_label(kind: str) -> str:
    return str(Kind(kind).label) if kind in Kind.values else kind
