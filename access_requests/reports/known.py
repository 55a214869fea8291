"""What is known beside a report, for the reviewer who looks into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.evidence import email_evidence
from access_requests.models import (
    AccessRequest,
    AssignmentStatus,
    ClaimLetter,
    EmploymentReport,
    RoleAssignment,
)
from access_requests.reports.reporting import held_through

MOST_OTHERS = 20


@dataclass(frozen=True)
class Claim:
    """What the person claims: a request that is open, a role, or one of these that has ended."""

    request: AccessRequest
    assignment: RoleAssignment | None

    @property
    def may_be_rejected(self) -> bool:
        return self.request.is_open

    @property
    def sentence(self) -> str:
        if self.assignment is not None:
            if self.assignment.status == AssignmentStatus.SUSPENDED:
                return _("PSO here; the role is suspended")
            return _("PSO here")
        if self.request.is_open:
            return _("Asks to be PSO here")
        if self.request.status == "approved":
            return _("Was PSO here; the role has ended")
        return _("Asked to be PSO here: %(status)s") % {"status": self.request.get_status_display()}


def claim_of(report: EmploymentReport) -> Claim:
    """No query where the request, and its role, are loaded. The newest of the two counts: what
    was asked for may have become a role since."""
    request = report.access_request
    if request is None:
        # The database holds that there is one or the other.
        assert report.role_assignment is not None  # noqa: S101
        request = report.role_assignment.access_request
    return Claim(request, held_through(request))


def about(report: EmploymentReport) -> dict[str, Any]:
    claim = claim_of(report)
    told = ClaimLetter.objects.filter(access_request=claim.request).exclude(email=None).count()
    others = (
        EmploymentReport.objects.filter(about=report.about_id)
        .exclude(pk=report.pk)
        .select_related("provider")
        .order_by("-pk")
    )
    psos = (
        RoleAssignment.objects.active()
        .psos()
        .filter(provider=report.provider_id)
        .exclude(user=report.about_id)
        .select_related("user")
        .order_by("granted_at")
    )
    return {
        "claim": claim,
        "told": _told(told),
        "others": list(others[:MOST_OTHERS]),
        "other_psos": list(psos[:MOST_OTHERS]),
        "email_evidence": email_evidence(claim.request),
    }


def _told(number: int) -> str:
    if not number:
        return _("No contact was told of this claim.")
    return ngettext(
        "%(n)d contact was told of this claim by email.",
        "%(n)d contacts were told of this claim by email.",
        number,
    ) % {"n": number}
