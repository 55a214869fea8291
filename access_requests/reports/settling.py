"""CMS settles a report. What follows (reject, revoke) is a step of its own, judged by itself."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from access_requests import policy
from access_requests.models import DeskEvent, EmploymentReport
from access_requests.policy import Refusal, StepRefused
from access_requests.reports import tellings
from accounts import audit
from accounts.models import User


@transaction.atomic
def settle(
    report_id: int, *, by: User, outcome: EmploymentReport.Outcome, note: str
) -> EmploymentReport:
    """Raises StepRefused when somebody was faster, or EmploymentReport.DoesNotExist."""
    policy.require_reviewer(by)
    report = (
        EmploymentReport.objects.select_for_update(of=("self",), no_key=True)
        .select_related("about", "provider", "reported_by", "settled_by")
        .get(pk=report_id)
    )
    if report.settled_at is not None:
        raise StepRefused(Refusal.ALREADY_SETTLED, _how_it_was_settled(report))
    report.outcome = outcome
    report.settled_by = by
    report.settled_at = timezone.now()
    report.settled_note = note
    report.save(update_fields=["outcome", "settled_by", "settled_at", "settled_note"])
    audit.record(
        DeskEvent.EMPLOYMENT_REPORT_SETTLED,
        actor=by,
        person=report.about,
        ccn=report.provider.ccn,
        request_id=report.access_request_id,
        details={"report": report.pk, "outcome": outcome, "note": note},
    )
    tellings.settled(report)
    return report


def _how_it_was_settled(report: EmploymentReport) -> str:
    at = localtime(report.settled_at) if report.settled_at else None
    return _("%(name)s settled this report on %(date)s: %(outcome)s.") % {
        "name": report.settled_by,
        "date": date_format(at, "F j, Y, g:i A") if at else "",
        "outcome": report.get_outcome_display(),
    }
