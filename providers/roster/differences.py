"""What a file changes, line by line: for whoever accepts it, and to know that it is still so."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from providers.models import Chain, RosterDifference
from providers.roster import statements
from providers.roster.layouts import TITLES
from providers.roster.rows import Rejection, Table
from providers.roster.staging import Absent, Changes, Enrolled, Saved

_What: Final = RosterDifference.What
_ENROLLMENT_FIELDS: Final = ("enrolled_ccn", "npi", "legal_name", "doing_business_as")
# How the work is done, not what is known of a provider.
_NOT_TOLD: Final = frozenset({"left_blank"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of what a file changes; `what` is one of RosterDifference.What.

    Before and after hold the fields that differ, and no others. The row is None where the file
    does not name the provider any more.
    """

    what: str
    row: int | None
    ccn: str
    name: str
    state: str
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    repaired_ccn: str = ""


def digest_of(differences: list[Difference]) -> str:
    canonical = json.dumps([asdict(each) for each in differences], sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def of(table: Table, changes: Changes) -> list[Difference]:
    """Rows in the order of the file, then what it lists no more, then what it spoils."""
    chain_names = dict(Chain.objects.values_list("pk", "name"))
    found = {each.ccn: _of_saved(each, chain_names) for each in changes.saved}
    primary = {
        ccn: number
        for ccn, number, is_primary in zip(table.ccns, table.numbers, table.is_primary, strict=True)
        if is_primary
    }
    for each in changes.enrolled:
        known = found.get(each.ccn)
        if known is None:
            row = primary[each.ccn]
            known = Difference(_What.CHANGED.value, row, each.ccn, each.name, each.state)
            found[each.ccn] = known
        if known.what != _What.NEW:
            _add_enrollment(known, each)
    return [
        *sorted(found.values(), key=lambda each: each.row or 0),
        *(_of_absent(each, table) for each in changes.absent),
        *map(_of_rejection, table.rejections),
    ]


def _of_saved(saved: Saved, chain_names: dict[int, str]) -> Difference:
    before, after = _texts(saved.before, chain_names), _texts(saved.after, chain_names)
    differ = [name for name in after if before[name] != after[name]]
    if saved.is_new:
        told = {name: after[name] for name in differ}
        return Difference(_What.NEW.value, saved.row, saved.ccn, saved.name, saved.state, {}, told)
    what = _What.REOPENED if saved.was_closed else _What.CHANGED
    return Difference(
        what.value,
        saved.row,
        saved.ccn,
        saved.name,
        saved.state,
        {name: before[name] for name in differ},
        {name: after[name] for name in differ},
    )


def _texts(values: tuple[Any, ...], chain_names: dict[int, str]) -> dict[str, str]:
    texts = {}
    for name, value in zip(statements.FIELDS, values, strict=True):
        if name == "chain_id":
            texts["chain"] = chain_names.get(value, "")
        elif name == "listed_in":
            texts[name] = _titles(value or [])
        elif name not in _NOT_TOLD:
            texts[name] = value or ""
    return texts


def _titles(codes: list[str]) -> str:
    return ", ".join(sorted(TITLES.get(code, code) for code in codes))


def _add_enrollment(difference: Difference, each: Enrolled) -> None:
    """A legal name that changed for the provider and its enrollment alike is said once."""
    if each.is_new:
        name = f"enrollment {each.enrollment_id}"
        difference.before[name], difference.after[name] = "", each.after[0]
        return
    for name, old, new in zip(_ENROLLMENT_FIELDS, each.before, each.after, strict=True):
        said = (difference.before.get(name), difference.after.get(name)) == (old, new)
        if old == new or said:
            continue
        label = name if each.is_primary else f"{name} of enrollment {each.enrollment_id}"
        if label in difference.after:
            label = f"{name} of enrollment {each.enrollment_id}"
        difference.before[label], difference.after[label] = old, new


def _of_absent(absent: Absent, table: Table) -> Difference:
    return Difference(
        (_What.CLOSED if absent.is_closed else _What.CHANGED).value,
        None,
        absent.ccn,
        absent.name,
        absent.state,
        {"listed_in": _titles([*absent.listed_in, table.layout.code])},
        {"listed_in": _titles(absent.listed_in)},
        _("No longer on this list."),
    )


def _of_rejection(rejection: Rejection) -> Difference:
    return Difference(
        _What.REJECTED.value,
        rejection.row,
        rejection.ccn[:60],
        rejection.name,
        rejection.state,
        reason=rejection.reason,
        repaired_ccn=rejection.repaired_ccn,
    )
