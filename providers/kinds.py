"""The kinds of facility a CCN can stand for, and which of them iQIES serves.

Source: CMS State Operations Manual, chapter 2, sections 2779A to 2779F.
"""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """A provider's kind. The label completes "a … number"; see `number_of` for the article."""

    SNF = "snf", _("skilled nursing facility")
    NF = "nf", _("Medicaid-only nursing home")
    SWING_BED = "swing_bed", _("swing bed unit")
    HHA = "hha", _("home health agency")
    HHA_BRANCH = "hha_branch", _("home health branch")
    HOSPICE = "hospice", _("hospice")
    IRF = "irf", _("rehabilitation hospital")
    IRF_UNIT = "irf_unit", _("rehabilitation unit")
    LTCH = "ltch", _("long-term care hospital")

    HOSPITAL = "hospital", _("hospital")
    FEDERAL_HOSPITAL = "federal_hospital", _("federal hospital")
    EMERGENCY_HOSPITAL = "emergency_hospital", _("emergency hospital")
    CHILDRENS_HOSPITAL = "childrens_hospital", _("children's hospital")
    PSYCHIATRIC_HOSPITAL = "psychiatric_hospital", _("psychiatric hospital")
    PSYCHIATRIC_UNIT = "psychiatric_unit", _("psychiatric unit")
    CRITICAL_ACCESS_HOSPITAL = "critical_access_hospital", _("critical access hospital")
    MEDICAL_ASSISTANCE = "medical_assistance", _("medical assistance facility")
    MEDICAID_HOSPITAL = "medicaid_hospital", _("Medicaid-only hospital")
    RELIGIOUS_NONMEDICAL = "religious_nonmedical", _("religious non-medical institution")
    HEALTH_CENTER = "health_center", _("federally qualified health center")
    RURAL_HEALTH_CLINIC = "rural_health_clinic", _("rural health clinic")
    MENTAL_HEALTH_CENTER = "mental_health_center", _("community mental health center")
    DIALYSIS = "dialysis", _("dialysis facility")
    OUTPATIENT_REHABILITATION = (
        "outpatient_rehabilitation",
        _("outpatient rehabilitation provider"),
    )
    TRANSPLANT_CENTER = "transplant_center", _("transplant center")
    OPIOID_TREATMENT = "opioid_treatment", _("opioid treatment program")
    ICF_IID = "icf_iid", _("facility for people with intellectual disabilities (ICF/IID)")
    RESIDENTIAL_PSYCHIATRIC = (
        "residential_psychiatric",
        _("psychiatric residential treatment facility"),
    )
    ORGAN_PROCUREMENT = "organ_procurement", _("organ procurement organization")
    SURGICAL_CENTER = "surgical_center", _("ambulatory surgical center")
    LABORATORY = "laboratory", _("CLIA laboratory")
    PORTABLE_XRAY = "portable_xray", _("portable X-ray supplier")
    RESERVED = "reserved", _("retired or reserved")


# The kinds that send assessments to iQIES: MDS, OASIS, HOPE, IRF-PAI and LCDS.
SERVED: Final = (
    Kind.SNF,
    Kind.NF,
    Kind.SWING_BED,
    Kind.HHA,
    Kind.HHA_BRANCH,
    Kind.HOSPICE,
    Kind.IRF,
    Kind.IRF_UNIT,
    Kind.LTCH,
)

NURSING_HOMES: Final = (Kind.SNF, Kind.NF)

_OTHER_PHRASES: Final = {
    Kind.EMERGENCY_HOSPITAL: _("an emergency hospital number"),
    Kind.OUTPATIENT_REHABILITATION: _("an outpatient rehabilitation provider's number"),
    Kind.OPIOID_TREATMENT: _("an opioid treatment program number"),
    Kind.ORGAN_PROCUREMENT: _("an organ procurement organization number"),
    Kind.SURGICAL_CENTER: _("an ambulatory surgical center number"),
    Kind.ICF_IID: _("the number of a facility for people with intellectual disabilities"),
}


def number_of(kind: Kind) -> str:
    """ "a dialysis facility number", "an opioid treatment program number"."""
    if kind in _OTHER_PHRASES:
        return str(_OTHER_PHRASES[kind])
    return gettext("a %(kind)s number") % {"kind": kind.label}
