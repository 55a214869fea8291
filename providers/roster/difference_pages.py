"""A comparison for people: a page of differences of one kind, and the whole as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.csv_export import AsText, Cell
from providers.kinds import SERVED
from providers.models import RosterDifference, RosterUpload
from providers.roster import difference_rows, kinds_of_change
from providers.roster.kinds_of_change import LISTED

What = RosterDifference.What
PAGE_SIZE: Final = 50
REPAIRS: Final = "repairs"
# The first that there is any of is shown when nobody asks for another.
_ORDER: Final = (What.CHANGED, What.NEW, What.CLOSED, What.REOPENED, What.REJECTED, LISTED)

_FIELDS: Final = {
    "name": gettext_lazy("Name"),
    "doing_business_as": gettext_lazy("Doing business as"),
    "legal_name": gettext_lazy("Legal name"),
    "chain": gettext_lazy("Chain"),
    "chain_name": gettext_lazy("Chain"),
    "address_line_1": gettext_lazy("Address"),
    "address_line_2": gettext_lazy("Address, second line"),
    "city": gettext_lazy("City"),
    "state": gettext_lazy("State"),
    "zip_code": gettext_lazy("ZIP code"),
    "phone": gettext_lazy("Phone of record"),
    "kind": gettext_lazy("Kind"),
    "listed_in": gettext_lazy("Listed in"),
    "closed_on": gettext_lazy("Closed on"),
    "npi": gettext_lazy("NPI"),
    "enrolled_ccn": gettext_lazy("CCN as enrolled"),
}
_KINDS: Final = {str(kind.value): kind.label for kind in SERVED}


@dataclass(frozen=True)
class Change:
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    difference: RosterDifference
    changes: list[Change]

    @property
    def has_page(self) -> bool:
        """The provider is known already, so it has a page to look at."""
        return self.difference.what in (What.CHANGED, What.CLOSED, What.REOPENED)


@dataclass(frozen=True)
class Choice:
    """Of the changes, those of one field; the first is all of them."""

    label: str
    number: int
    url: str
    is_shown: bool


@dataclass(frozen=True)
class Page:
    which: str
    choices: list[Choice]
    lines: list[Line]
    next_url: str
    first_url: str


def read_key(text: str) -> int | None:
    """A row's number as it comes in an address, within what the database can hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def page(upload: RosterUpload, query: Mapping[str, str]) -> Page:
    """`what` chooses the kind of difference, `field` of changes those of one field, `after` the
    last one that was seen."""
    which = _which(upload, query.get("what", ""))
    field = query.get("field", "") if which == What.CHANGED else ""
    field = field if field in kinds_of_change.FIELDS else ""
    rows = _rows(upload, which, field)
    after = read_key(query.get("after", ""))
    if after is not None:
        rows = rows.filter(pk__gt=after)
    shown = list(rows.order_by("pk")[: PAGE_SIZE + 1])
    has_more = len(shown) > PAGE_SIZE
    del shown[PAGE_SIZE:]

    def url(**more: object) -> str:
        chosen = {"what": which, **({"field": field} if field else {}), **more}
        return f"{upload.get_absolute_url()}?{urlencode(chosen)}#differences"

    return Page(
        which=which,
        choices=_choices(upload, field) if which == What.CHANGED else [],
        lines=[Line(each, changes(each)) for each in shown],
        next_url=url(after=shown[-1].pk) if has_more else "",
        first_url=url() if after is not None else "",
    )


def _choices(upload: RosterUpload, shown: str) -> list[Choice]:
    start = f"{upload.get_absolute_url()}?what={What.CHANGED}"
    every = kinds_of_change.lines(upload.counts)[What.CHANGED]
    by_field = upload.counts.get("fields", {})
    fields = [
        Choice(str(label), by_field[each], f"{start}&field={each}#differences", shown == each)
        for each, label in kinds_of_change.LABELS.items()
        if by_field.get(each)
    ]
    return [Choice(_("All changes"), every, f"{start}#differences", not shown), *fields]


def _which(upload: RosterUpload, asked: str) -> str:
    if asked in What.values or asked in (REPAIRS, LISTED):
        return asked
    lines = kinds_of_change.lines(upload.counts)
    return next((str(what) for what in _ORDER if lines.get(what)), str(What.CHANGED))


def _rows(upload: RosterUpload, which: str, field: str = "") -> QuerySet[RosterDifference]:
    if which == REPAIRS:
        return difference_rows.repairable(upload)
    if which in (What.CHANGED, LISTED):
        rows = upload.differences.filter(what=What.CHANGED)
        changed = kinds_of_change.changed
        return kinds_of_change.only_listed(rows) if which == LISTED else changed(rows, field)
    return upload.differences.filter(what=which, repair_accepted=False)


def changes(difference: RosterDifference) -> list[Change]:
    """Field by field. Blank cells of a provider that is new say nothing."""
    before, after = difference.before, difference.after
    names = list(dict.fromkeys([*before, *after]))
    told = [Change(_label(name), _value(name, before), _value(name, after)) for name in names]
    return [each for each in told if each.before or each.after]


def _value(name: str, values: Mapping[str, Any]) -> str:
    value = str(values.get(name) or "")
    return str(_KINDS.get(value, value)) if name == "kind" else value


def _label(name: str) -> str:
    """The import says "npi of enrollment O20020801000000" where a provider has several."""
    field, _between, enrollment = name.partition(" of enrollment ")
    if not enrollment and field.startswith("enrollment "):
        return _("Enrollment %(id)s") % {"id": field.removeprefix("enrollment ")}
    label = str(_FIELDS.get(field) or field.replace("_", " "))
    if not enrollment:
        return label
    return _("%(field)s (enrollment %(id)s)") % {"field": label, "id": enrollment}


def report_header() -> list[str]:
    return [
        _("What"),
        _("Row in the file"),
        _("CCN"),
        _("Name"),
        _("State"),
        _("Field"),
        _("Before"),
        _("After"),
        _("Reason"),
        _("Repaired CCN"),
        _("Repair accepted"),
    ]


def report(upload: RosterUpload) -> Iterator[list[Cell]]:
    """A line for each field that changes; one for what has none."""
    for each in upload.differences.order_by("pk").iterator(chunk_size=1000):
        begin: list[Cell] = [each.get_what_display(), each.row, AsText(each.ccn), each.name]
        begin.append(each.state)
        accepted = _("yes") if each.repair_accepted else ""
        end: list[Cell] = [each.reason, AsText(each.repaired_ccn), accepted]
        for change in changes(each) or [Change("", "", "")]:
            yield [*begin, change.field, _cell(change.before), _cell(change.after), *end]


def _cell(text: str) -> Cell:
    """ZIP codes and phone numbers begin with zeros."""
    return AsText(text) if text.isdigit() else text
