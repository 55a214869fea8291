"""Reports that a person does not work where they claim to (rule 21)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from access_requests.models import AccessRequest, EmploymentReport, RoleAssignment


def open_reports() -> QuerySet[EmploymentReport]:
    return EmploymentReport.objects.filter(settled_at=None)


def standing_at(provider_id: int) -> QuerySet[EmploymentReport]:
    """Those that CMS looks into, and those it found right while the person is PSO there still."""
    holds = (
        RoleAssignment.objects.not_ended()
        .psos()
        .filter(provider=OuterRef("provider"), user=OuterRef("about"))
    )
    upheld = Q(Exists(holds), outcome=EmploymentReport.Outcome.UPHELD)
    here = EmploymentReport.objects.filter(provider=provider_id).select_related("about")
    return here.filter(Q(settled_at=None) | upheld).order_by("-pk")


def open_reports_about(access_request: AccessRequest) -> QuerySet[EmploymentReport]:
    """Those that nobody has settled yet, about this person at this CCN: what is said of a
    PSO who works elsewhere in the building counts for their next request there, too."""
    return open_reports().filter(
        about=access_request.requester_id, provider=access_request.provider_id
    )
