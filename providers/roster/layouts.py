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
    """columns: what we call it, and the headers it has had over the years, newest first.

    marks: headers of which one at least must be there, beside those of the columns. follows: the
    layout that says what a provider is called and where it is, where both list it; this one then
    gives the phone of record, and what the other leaves blank.
    """

    code: str
    title: str
    kinds: frozenset[Kind]
    columns: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()
    marks: tuple[str, ...] = ()
    follows: str = ""

    @property
    def has_enrollments(self) -> bool:
        return "enrollment_id" in self.columns


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
        # Only in the portal's own extract (scripts/make_roster_extract.py).
        "phone": ("TELEPHONE NUMBER",),
    },
    optional=frozenset({"enrollment_state", "npi", "phone"}),
)

NH_PROVIDER_INFO: Final = Layout(
    code="nh_provider_info",
    title="NH_ProviderInfo",
    kinds=frozenset({Kind.SNF, Kind.NF, Kind.SWING_BED}),
    # Since 2023; as of 2022; as of about 2020 and before.
    columns={
        "ccn": ("CMS CERTIFICATION NUMBER (CCN)", "FEDERAL PROVIDER NUMBER", "PROVNUM"),
        "name": ("PROVIDER NAME", "PROVNAME"),
        "legal_name": ("LEGAL BUSINESS NAME", "LBN"),
        "chain_name": ("CHAIN NAME", "AFFILIATED ENTITY NAME"),
        "chain_cms_id": ("CHAIN ID", "AFFILIATED ENTITY ID"),
        "address_line_1": ("PROVIDER ADDRESS", "ADDRESS"),
        "city": ("CITY/TOWN", "PROVIDER CITY", "CITY"),
        "state": ("STATE", "PROVIDER STATE"),
        "zip_code": ("ZIP CODE", "PROVIDER ZIP CODE", "ZIP"),
        "phone": ("TELEPHONE NUMBER", "PROVIDER PHONE NUMBER", "PHONE"),
        "as_of": ("PROCESSING DATE", "FILEDATE"),
    },
    optional=frozenset({"chain_name", "chain_cms_id", "as_of"}),
    marks=("NUMBER OF CERTIFIED BEDS", "BEDCERT"),
    follows=SNF_ENROLLMENTS.code,
)

HH_PROVIDER: Final = Layout(
    code="hh_provider",
    title="HH_Provider",
    kinds=frozenset({Kind.HHA, Kind.HHA_BRANCH}),
    columns={
        "ccn": ("CMS CERTIFICATION NUMBER (CCN)",),
        "name": ("PROVIDER NAME",),
        "address_line_1": ("ADDRESS",),
        "city": ("CITY/TOWN", "CITY"),
        "state": ("STATE",),
        "zip_code": ("ZIP CODE", "ZIP"),
        "phone": ("TELEPHONE NUMBER", "PHONE"),
    },
    marks=("OFFERS NURSING CARE SERVICES",),
)

_GENERAL_INFORMATION: Final = {
    "ccn": ("CMS CERTIFICATION NUMBER (CCN)",),
    "name": ("PROVIDER NAME", "FACILITY NAME"),
    "address_line_1": ("ADDRESS LINE 1",),
    "address_line_2": ("ADDRESS LINE 2",),
    "city": ("CITY/TOWN", "CITY"),
    "state": ("STATE",),
    "zip_code": ("ZIP CODE",),
    "phone": ("TELEPHONE NUMBER", "PHONENUMBER"),
}
_GENERAL_MARKS: Final = ("CMS REGION",)

# One header for the three: which of them a file is, its CCNs say.
HOSPICE_GENERAL: Final = Layout(
    "hospice_general_information",
    "Hospice General Information",
    frozenset({Kind.HOSPICE}),
    _GENERAL_INFORMATION,
    marks=_GENERAL_MARKS,
)
IRF_GENERAL: Final = Layout(
    "irf_general_information",
    "IRF General Information",
    frozenset({Kind.IRF, Kind.IRF_UNIT}),
    _GENERAL_INFORMATION,
    marks=_GENERAL_MARKS,
)
LTCH_GENERAL: Final = Layout(
    "ltch_general_information",
    "LTCH General Information",
    frozenset({Kind.LTCH}),
    _GENERAL_INFORMATION,
    marks=_GENERAL_MARKS,
)

LAYOUTS: Final = (
    SNF_ENROLLMENTS,
    NH_PROVIDER_INFO,
    HH_PROVIDER,
    HOSPICE_GENERAL,
    IRF_GENERAL,
    LTCH_GENERAL,
)
TITLES: Final = {layout.code: layout.title for layout in LAYOUTS}

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
    OtherFile(
        ("ENROLLMENT ID", "PRACTICE LOCATION TYPE"),
        _(
            "It is an HHA_Enrollments file. Home health agencies are taken from HH_Provider: "
            "import that file."
        ),
    ),
    OtherFile(
        ("ENROLLMENT ID", "ASSOCIATE ID", "CCN"),
        _(
            "It is a Hospice_Enrollments file, or one like it. Hospices are taken from Hospice "
            "General Information: import that file."
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """The layouts that have this header, and where its columns are.

    A column has several places when its header stands twice.
    """

    layouts: tuple[Layout, ...]
    places: Mapping[str, list[int]]


def recognise(header: Iterable[str]) -> Recognised:
    """Raises Unusable for every header that is not one of a list we take."""
    cells = [" ".join(cell.upper().split()) for cell in header]
    nearly: list[tuple[Layout, list[str]]] = []
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
        is_marked = not layout.marks or any(mark in cells for mark in layout.marks)
        if not missing and is_marked:
            alike = [other for other in LAYOUTS if other.columns is layout.columns]
            return Recognised(tuple(alike), places)
        if len(missing) <= 2 and is_marked:
            nearly.append((layout, missing))
    if nearly:
        layout, missing = nearly[0]
        raise Unusable(
            gettext("It looks like %(title)s, but has no column %(missing)s.")
            % {"title": layout.title, "missing": ", ".join(missing)}
        )
    known = next((other for other in OTHER_FILES if _is(other, cells)), None)
    raise Unusable(gettext(known.reason if known else _("Its header is not one of a CMS list.")))


def _is(other: OtherFile, cells: list[str]) -> bool:
    return all(any(cell.startswith(mark) for cell in cells) for mark in other.marks)
