"""Handing a step's letters to the outbox, a batch at a time.

The outbox holds little of a campaign, so that pausing stops nearly at once. A batch is one short
transaction: it locks the step and its letters, asks once more who still needs the letter, and
writes the emails. A worker that is killed leaves the whole batch or nothing of it, and the sweep
takes up the step.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from access_requests.campaigns import standing, words
from access_requests.campaigns.standing import Standing
from access_requests.models import CampaignLetter, CampaignStep, DeskEvent
from accounts import audit
from accounts.mail import campaigns, outbox
from accounts.models import OutgoingEmail
from providers.models import Program

BATCH = 100
# At most so many emails of campaigns are due in the outbox, and so many more wait for another
# attempt: a mail server that puts everything off does not get the whole country at once.
MOST_DUE, MOST_PUT_OFF = 200, 2000
PAUSE = timedelta(seconds=1)

State = CampaignStep.State


@transaction.atomic
def turn(step_id: int) -> float | None:
    """Make the next batch where it is time for it; in how many seconds to come again.

    None: nobody need come, because the step is not being sent, is done, or is in other hands.
    """
    step = (
        CampaignStep.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("campaign")
        .filter(pk=step_id, state=State.SENDING)
        .first()
    )
    now = timezone.now()
    if step is None or (step.next_batch_at is not None and step.next_batch_at > now):
        return None
    due, put_off = campaigns.waiting()
    room = min(BATCH, MOST_DUE - due) if put_off < MOST_PUT_OFF else 0
    if room > 0:
        _hand_over(step, room)
    if _is_done(step):
        CampaignStep.objects.filter(pk=step.pk).update(state=State.DONE, done_at=timezone.now())
        audit.record(DeskEvent.CAMPAIGN_DONE, actor=None, details=named(step))
        return None
    CampaignStep.objects.filter(pk=step.pk).update(next_batch_at=now + PAUSE)
    return PAUSE.total_seconds()


def steps_to_take_up() -> list[int]:
    """Those being sent whose next batch is overdue: whoever was to make it is gone."""
    sending = CampaignStep.objects.filter(state=State.SENDING)
    overdue = sending.exclude(next_batch_at__gt=timezone.now()).order_by("pk")
    return list(overdue.values_list("pk", flat=True))


def named(step: CampaignStep) -> dict[str, object]:
    """How the audit trail calls a step."""
    return {"campaign": step.campaign_id, "name": step.campaign.name, "step": step.number}


def _hand_over(step: CampaignStep, most: int) -> None:
    letters = list(
        CampaignLetter.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(step=step, state=CampaignLetter.State.LISTED)
        .order_by("pk")[:most]
    )
    if not letters:
        return
    standings = standing.of_letters(letters, step.campaign)
    programs = list(Program.objects.order_by("code"))
    emails = []
    for letter in letters:
        letter.changed_at = timezone.now()
        stands = standings[letter.pk]
        if stands.dropped is not None:
            letter.state = stands.dropped
            continue
        letter.email = _email(letter, step, stands, programs)
        letter.state = CampaignLetter.State.HANDED_OVER
        emails.append(letter.email)
    outbox.store(emails)
    # The emails have their numbers only now.
    for letter in letters:
        letter.email_id = letter.email.pk if letter.email else None
    CampaignLetter.objects.bulk_update(letters, ["state", "email", "changed_at"])


def _email(
    letter: CampaignLetter, step: CampaignStep, stands: Standing, programs: Sequence[Program]
) -> OutgoingEmail:
    return words.email_for(
        letter.pk, letter.address, step, stands.providers, programs, name=stands.name
    )


def _is_done(step: CampaignStep) -> bool:
    """Everything has left, or was at least tried once."""
    letters = CampaignLetter.objects.filter(step=step)
    if letters.filter(state=CampaignLetter.State.LISTED).exists():
        return False
    untried = letters.filter(email__state=OutgoingEmail.State.WAITING, email__attempts=0)
    return not untried.exists()
