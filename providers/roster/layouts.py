"""The kinds of file CMS publishes, told apart by their header rows.

To take in another layout, or another vintage of one, add a row here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from providers.kinds import Kind


class Unusable(Exception):
    """The file cannot be taken in. The message is one line for whoever ran the import."""


@dataclass(frozen=True, slots=True)
class Layout:
    """columns: what we call it, and the headers it has had over the years, newest first."""

    code: str
    title: str
    kinds: frozenset[Kind]
    columns: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()

    @property
    def knows_chains(self) -> bool:
        return "chain_name" in self.columns


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A file we know and do not take. It is one when every mark begins some header."""

    marks: tuple[str, ...]
    reason: str


SNF_ENROLLMENTS: Final = Layout(
    code="snf_enrollments",
    title="SNF_Enrollments",
    kinds=frozenset({Kind.SNF, Kind.NF, Kind.SWING_BED}),
    columns={
        "ccn": ("CCN",),
        "name": ("NURSING HOME PROVIDER NAME",),
        "doing_business_as": ("DOING BUSINESS AS NAME",),
        "legal_name": ("ORGANIZATION NAME",),
        "chain_name": ("AFFILIATION ENTITY NAME",),
        "chain_cms_id": ("AFFILIATION ENTITY ID",),
        "address_line_1": ("ADDRESS LINE 1",),
        "address_line_2": ("ADDRESS LINE 2",),
        "city": ("CITY",),
        # Where the provider is. ENROLLMENT STATE, where it is enrolled, may be another.
        "state": ("STATE",),
        "zip_code": ("ZIP CODE",),
        "enrollment_id": ("ENROLLMENT ID",),
        "enrollment_state": ("ENROLLMENT STATE",),
        "npi": ("NPI",),
    },
    optional=frozenset({"enrollment_state", "npi"}),
)

LAYOUTS: Final = (SNF_ENROLLMENTS,)

_NOT_YET: Final = _("It is a file of the kind %(title)s, which this version does not import yet.")

OTHER_FILES: Final = (
    OtherFile(
        ("HHCAHPS",),
        _("It is an HHCAHPS survey file: results of a survey, not a list of providers."),
    ),
    OtherFile(
        ("HOSPITAL TYPE",),
        _("It lists acute care hospitals, which iQIES does not serve."),
    ),
    OtherFile(
        ("NUMBER OF STATES AND TERRITORIES WITH OPERATIONS",),
        _("It is a file of nursing home chains and their results, not a list of providers."),
    ),
    OtherFile(
        ("ASSOCIATE ID - OWNER",),
        _("It is a file of owners, not a list of providers."),
    ),
)
LATER_FILES: Final = (
    OtherFile(("NUMBER OF CERTIFIED BEDS", "PROVIDER NAME"), "NH_ProviderInfo"),
    OtherFile(("PROVNUM", "BEDCERT"), "NH_ProviderInfo"),
    OtherFile(("OFFERS NURSING CARE SERVICES",), "HH_Provider"),
    OtherFile(("ENROLLMENT ID", "PRACTICE LOCATION TYPE"), "HHA_Enrollments"),
    OtherFile(("ENROLLMENT ID", "ASSOCIATE ID", "CCN"), "Hospice_Enrollments"),
    OtherFile(("CMS REGION", "OWNERSHIP TYPE", "CERTIFICATION DATE"), "General Information"),
)


def recognise(header: Iterable[str]) -> tuple[Layout, dict[str, list[int]]]:
    """The layout, and where its columns are: several places when a header stands twice.

    Raises Unusable for every other header.
    """
    cells = [" ".join(cell.upper().split()) for cell in header]
    for layout in LAYOUTS:
        places = {
            column: [at for at, cell in enumerate(cells) if cell in headers]
            for column, headers in layout.columns.items()
        }
        missing = [
            layout.columns[column][0]
            for column, found in places.items()
            if not found and column not in layout.optional
        ]
        if not missing:
            return layout, places
        if len(missing) <= 2:
            raise Unusable(
                gettext("It looks like %(title)s, but has no column %(missing)s.")
                % {"title": layout.title, "missing": ", ".join(missing)}
            )
    raise Unusable(_known_otherwise(cells) or gettext("Its header is not one of a CMS list."))


def _known_otherwise(cells: list[str]) -> str:
    for other in OTHER_FILES:
        if _is(other, cells):
            return gettext(other.reason)
    for later in LATER_FILES:
        if _is(later, cells):
            return gettext(_NOT_YET) % {"title": later.reason}
    return ""


def _is(other: OtherFile, cells: list[str]) -> bool:
    return all(any(cell.startswith(mark) for cell in cells) for mark in other.marks)
