"""Reports that a person does not work where they claim to (rule 21)."""

from __future__ import annotations

from django.db.models import QuerySet

from access_requests.models import AccessRequest, EmploymentReport


def open_reports() -> QuerySet[EmploymentReport]:
    return EmploymentReport.objects.filter(settled_at=None)


def open_reports_about(access_request: AccessRequest) -> QuerySet[EmploymentReport]:
    """Those that nobody has settled yet, about this person at this CCN: what is said of a
    PSO who works elsewhere in the building counts for their next request there, too."""
    return open_reports().filter(
        about=access_request.requester_id, provider=access_request.provider_id
    )
