"""The programs at start (rule 3). Loading adds what is missing and never touches an edited row."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.apps import apps as installed_apps
from django.apps.registry import Apps

from providers.kinds import Kind

EASTERN: Final = ZoneInfo("America/New_York")

PROGRAMS: Final[tuple[dict[str, Any], ...]] = (
    {
        "code": "mds",
        "name": "Minimum Data Set (MDS)",
        "kinds": [Kind.SNF.value, Kind.NF.value, Kind.SWING_BED.value],
        # The notice asks PSOs to come "as soon as possible" and is undated; it went out in
        # October 2022, ahead of general onboarding.
        "pso_opens_at": datetime(2022, 10, 3, tzinfo=EASTERN),
        "general_opens_at": datetime(2022, 11, 15, tzinfo=EASTERN),
        "goes_live_at": datetime(2023, 4, 17, tzinfo=EASTERN),
        "note": "Nursing homes and swing beds.",
    },
    {
        "code": "oasis",
        "name": "Outcome and Assessment Information Set (OASIS)",
        "kinds": [Kind.HHA.value, Kind.HHA_BRANCH.value],
        "note": "Home health agencies.",
    },
    {
        "code": "irf-pai",
        "name": "IRF Patient Assessment Instrument (IRF-PAI)",
        "kinds": [Kind.IRF.value, Kind.IRF_UNIT.value],
        "note": "Rehabilitation hospitals and units.",
    },
    {
        "code": "lcds",
        "name": "LTCH CARE Data Set (LCDS)",
        "kinds": [Kind.LTCH.value],
        "note": "Long-term care hospitals.",
    },
    {
        "code": "hope",
        "name": "Hospice Outcomes and Patient Evaluation (HOPE)",
        "kinds": [Kind.HOSPICE.value],
        "note": "Hospices.",
    },
    {
        "code": "pbj",
        "name": "Payroll Based Journal (PBJ)",
        "kinds": [Kind.SNF.value, Kind.NF.value],
        "onboarded": False,
        "note": (
            "You do not need an account here for Payroll Based Journal (PBJ) submissions. "
            "PBJ is not part of iQIES onboarding: keep sending it the way you do today."
        ),
    },
)


def load(apps: Apps = installed_apps) -> None:
    """Add the programs that are not there yet. A migration passes its historical models."""
    program = apps.get_model("providers", "Program")
    program.objects.bulk_create(
        [program(**row) for row in PROGRAMS],
        ignore_conflicts=True,
    )
