""" "This person does not work here": said by a contact who was told of a claim, or by somebody
signed in who is at the CCN. CMS looks into it; nothing is decided by it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from access_requests import policy
from access_requests.models import (
    AccessRequest,
    AssignmentStatus,
    ClaimLetter,
    DeskEvent,
    EmploymentReport,
    RoleAssignment,
)
from access_requests.policy import Refusal, StepRefused
from access_requests.reports import tellings
from access_requests.reports.reports import open_reports
from accounts import audit
from accounts.deadlocks import taken_again
from accounts.models import User
from providers.models import Provider


def held_through(access_request: AccessRequest) -> RoleAssignment | None:
    """The role that came of the request, while it goes on."""
    assignment: RoleAssignment | None = getattr(access_request, "role_assignment", None)
    if assignment is None or assignment.status == AssignmentStatus.ENDED:
        return None
    return assignment


def can_be_reported(letter: ClaimLetter) -> bool:
    """The claim has not ended: it is open, or has become a role that goes on."""
    claim = letter.access_request
    return claim.is_open or held_through(claim) is not None


@taken_again
@transaction.atomic
def by_contact(letters: Sequence[ClaimLetter], *, said_by: str, text: str) -> int:
    """A report for each claim; of one that this contact has reported already there is none more.

    The providers are locked, in their order, so that two of the same at once are one.
    """
    _lock_providers([letter.access_request.provider_id for letter in letters])
    there = _said_by_contacts(letters)
    now = timezone.now()
    said = EmploymentReport.objects.bulk_create(
        EmploymentReport(
            provider=letter.access_request.provider,
            about=letter.access_request.requester,
            access_request=letter.access_request,
            role_assignment=held_through(letter.access_request),
            contact=letter.contact,
            said_by=said_by,
            text=text,
            reported_at=now,
        )
        for letter in letters
        if _who_about_whom(letter) not in there
    )
    _put_on_record(said, actor=None)
    return len(said)


def not_yet_reported(letters: Sequence[ClaimLetter]) -> list[ClaimLetter]:
    there = _said_by_contacts(letters)
    return [each for each in letters if _who_about_whom(each) not in there]


def _said_by_contacts(letters: Sequence[ClaimLetter]) -> set[tuple[int | None, int]]:
    """Which contact has said it of whom, and CMS has not settled it."""
    said = open_reports().filter(contact__in=[each.contact_id for each in letters])
    return set(said.values_list("contact_id", "about_id"))


def _who_about_whom(letter: ClaimLetter) -> tuple[int | None, int]:
    return letter.contact_id, letter.access_request.requester_id


@transaction.atomic
def by_person(assignment_id: int, *, by: User, text: str) -> tuple[EmploymentReport, bool]:
    """The report, and whether it is new: one that is still open is not made twice.

    Raises StepRefused, or RoleAssignment.DoesNotExist.
    """
    provider_id = RoleAssignment.objects.values_list("provider", flat=True).get(pk=assignment_id)
    _lock_providers([provider_id])
    held = RoleAssignment.objects.select_related("user", "provider", "access_request")
    assignment = held.get(pk=assignment_id)
    if not policy.may_report_pso(by, assignment):
        raise StepRefused(Refusal.MAY_NOT_REPORT)
    there = open_reports_by(by, assignment).first()
    if there is not None:
        return there, False
    report = EmploymentReport.objects.create(
        provider=assignment.provider,
        about=assignment.user,
        access_request=assignment.access_request,
        role_assignment=assignment,
        reported_by=by,
        text=text,
        reported_at=timezone.now(),
    )
    _put_on_record([report], actor=by)
    return report, True


def open_reports_by(person: User, assignment: RoleAssignment) -> QuerySet[EmploymentReport]:
    return open_reports().filter(
        reported_by=person, about=assignment.user_id, provider=assignment.provider_id
    )


def _put_on_record(said: Sequence[EmploymentReport], *, actor: User | None) -> None:
    if not said:
        return
    audit.record_many(
        audit.Line(
            type=DeskEvent.EMPLOYMENT_REPORTED,
            actor=actor,
            person=report.about,
            ccn=report.provider.ccn,
            request_id=report.access_request_id,
            details={"report": report.pk, "by": "contact" if actor is None else "person"},
        )
        for report in said
    )
    tellings.reported(said)


def _lock_providers(provider_ids: Sequence[int]) -> None:
    wanted = Provider.objects.filter(pk__in=provider_ids).order_by("pk")
    list(wanted.select_for_update(no_key=True).values_list("pk"))
