"""What was searched for, as the heading of what was found names it."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from access_requests.audit_search import words
from access_requests.audit_search.criteria import Criteria
from accounts.models import User


def of(asked: Criteria, person: User | None) -> str:
    """ "Lines about Dana Quill, dquill52; CCN 015009"."""
    parts = [part for part in _parts(asked, person) if part]
    if not parts:
        return _("The newest lines")
    said = _("Lines about %(what)s") if person else _("Lines found: %(what)s")
    return said % {"what": "; ".join(parts)}


def _parts(asked: Criteria, person: User | None) -> list[str]:
    parts = [f"{person}, {person.username}" if person else ""]
    if person and asked.part:
        is_actor = asked.part == "actor"
        parts.append(_("what they did") if is_actor else _("what was done about them"))
    if asked.ccns:
        parts.append(_("CCN %(ccn)s") % {"ccn": ", ".join(asked.ccns)})
    if asked.request is not None:
        parts.append(_("request %(n)s") % {"n": asked.request})
    parts.append(_action(asked.action))
    if asked.by:
        parts.append(_("done by the system") if asked.by == "system" else _("done by people"))
    if asked.since:
        parts.append(_("from %(day)s") % {"day": _day(asked.since)})
    if asked.until:
        parts.append(_("to %(day)s") % {"day": _day(asked.until)})
    return parts


def _day(said: str) -> str:
    return date_format(date.fromisoformat(said), "F j, Y")


def _action(action: str) -> str:
    if action.startswith("group:"):
        found = words.GROUPS.get(action.removeprefix("group:"))
        return str(found[0]) if found else ""
    return words.of(action) if words.types_of(action) else ""
