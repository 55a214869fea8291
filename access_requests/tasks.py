"""Steps the system takes on the beat schedule."""

from __future__ import annotations

from celery import shared_task

from access_requests import workflow
from access_requests.campaigns import sending
from access_requests.contacts import steps as contact_steps
from access_requests.coverage import nudging
from access_requests.digest import sending as digest_sending
from access_requests.groups import filing
from access_requests.invitations import forgetting
from access_requests.invitations import sweeping as invitations
from access_requests.models import AccessRequest, AssignmentStatus, RoleAssignment
from access_requests.people import warnings as end_warnings
from access_requests.readiness import days
from access_requests.reports import gathered
from access_requests.unlisted import gathered as gathered_reports
from access_requests.waiting import helping, reminding
from providers.models import Provider


@shared_task
def close_unanswered() -> int:
    return workflow.close_unanswered()


@shared_task
def close_at_closed_providers() -> int:
    """End what is still open at providers that have closed, one provider a transaction."""
    closed = Provider.objects.exclude(closed_on=None).values("pk")
    asked = AccessRequest.objects.open().filter(provider__in=closed).values_list("provider_id")
    held = RoleAssignment.objects.exclude(status=AssignmentStatus.ENDED).filter(provider__in=closed)
    provider_ids = sorted(set(asked.union(held.values_list("provider_id"))))
    return sum(workflow.close_at_closed_provider(provider_id) for (provider_id,) in provider_ids)


@shared_task
def end_roles_past_last_day() -> int:
    """Soon after midnight in Eastern Time, when a last day is over, and again all day."""
    return workflow.end_past_last_days()


@shared_task
def warn_of_last_days() -> int:
    return end_warnings.warn()


@shared_task
def drop_forgotten_contact_lists() -> int:
    return contact_steps.drop_forgotten()


@shared_task(acks_late=False, expires=120, soft_time_limit=60, time_limit=90)
def send_campaign_step(step_id: int) -> None:
    """One batch, and then the next by a task of its own: others get their turn in between."""
    seconds = sending.turn(step_id)
    if seconds is not None:
        send_campaign_step.apply_async((step_id,), countdown=seconds)


@shared_task(acks_late=False, expires=120, soft_time_limit=60, time_limit=90)
def send_campaigns() -> None:
    """Take up the steps that whoever had them in hand has let fall."""
    for step_id in sending.steps_to_take_up():
        send_campaign_step.delay(step_id)


@shared_task(acks_late=False, expires=120, soft_time_limit=60, time_limit=90)
def file_group(group_id: int) -> None:
    """One batch of a form for several CCNs, and then the next by a task of its own."""
    if filing.file_some(group_id, most=filing.BATCH):
        file_group.delay(group_id)


@shared_task(acks_late=False, expires=120, soft_time_limit=60, time_limit=90)
def file_groups() -> None:
    """Take up the forms that whoever had them in hand has let fall."""
    for group_id in filing.groups_to_take_up():
        file_group.delay(group_id)


@shared_task
def tell_claims() -> int:
    """Contacts who came late, and those who would otherwise get too many emails in a day."""
    gathered.owe_to_latecomers()
    return gathered.tell()


@shared_task
def tell_missing_providers() -> int:
    return gathered_reports.tell()


@shared_task(acks_late=False, expires=1200, soft_time_limit=600, time_limit=660)
def remind_of_what_waits() -> int:
    """Mornings, and more than once: what one run does not come to, or whoever ran it when its
    worker was killed, the next one takes up."""
    return reminding.run(seconds=300) + helping.run(seconds=200)


@shared_task
def seek_second_psos() -> int:
    """On business days, more than once: whoever was asked lately is left alone."""
    return nudging.nudge_sole_psos()


@shared_task
def write_readiness_day() -> int:
    """In the small hours, several times: the first that comes through writes yesterday down."""
    days.put_right()
    return days.write_day()


@shared_task(acks_late=False, expires=600, soft_time_limit=120, time_limit=150)
def send_daily_emails() -> int:
    """Business-day mornings; often, since a worker may be away, or many emails are due."""
    return digest_sending.send(seconds=60)


@shared_task
def end_invitations() -> int:
    """Those whose time is over; and links that have left by email are kept no longer."""
    return invitations.sweep()


@shared_task
def forget_invited_addresses() -> int:
    """Of people who were invited, and never came."""
    return forgetting.forget()
