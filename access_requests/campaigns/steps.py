"""The only place that makes campaigns and starts, pauses and resumes their steps.

Each step is one transaction with its line in the audit trail, under a lock on the step's row.
"""

from __future__ import annotations

import hashlib

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests import tasks
from access_requests.campaigns import audience, placeholders
from access_requests.campaigns.audience import Audience
from access_requests.campaigns.listing import list_letters
from access_requests.campaigns.sending import named
from access_requests.campaigns.wording import WORDINGS, fitting
from access_requests.models import Campaign, CampaignStep, DeskEvent
from accounts import audit
from accounts.mail import holding
from accounts.models import OutgoingEmail, User

State = CampaignStep.State


class Refused(Exception):
    """The step cannot be taken as things stand; the sentence is for whoever tried."""


class NameTaken(Exception):
    pass


@transaction.atomic
def create(*, name: str, meant: Audience, by: User) -> Campaign:
    """With a first step in draft. Raises NameTaken."""
    try:
        with transaction.atomic():
            campaign = Campaign.objects.create(
                name=name,
                program=meant.program,
                states=sorted(meant.states),
                kinds=sorted(meant.kinds),
                level=meant.level,
                created_by=by,
                created_at=timezone.now(),
            )
    except IntegrityError as taken:
        raise NameTaken from taken
    campaign.chains.set(meant.chains)
    details = {"campaign": campaign.pk, "name": name}
    audit.record(DeskEvent.CAMPAIGN_CREATED, actor=by, details=details)
    _add(campaign, fitting(campaign.level, 1), by)
    return campaign


@transaction.atomic
def add_step(campaign_id: int, *, wording: str, by: User) -> CampaignStep:
    """The next one, in draft. Raises Refused while there is another draft."""
    campaign = Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=campaign_id)
    if campaign.steps.filter(state=State.DRAFT).exists():
        raise Refused(_("There is a step in draft already. Use that one."))
    if WORDINGS[wording].level != campaign.level:
        raise Refused(_("This message is not true of the CCNs that are meant. Choose another."))
    return _add(campaign, wording, by)


def _add(campaign: Campaign, wording: str, by: User) -> CampaignStep:
    last = campaign.steps.aggregate(last=Max("number"))["last"] or 0
    begun = WORDINGS[wording]
    return CampaignStep.objects.create(
        campaign=campaign,
        number=last + 1,
        subject=str(begun.subject),
        body=str(begun.body),
        created_by=by,
        created_at=timezone.now(),
    )


def digest_of_words(step: CampaignStep) -> str:
    """What whoever starts the step has read, and what the trail says was sent."""
    return hashlib.sha256(f"{step.subject}\n{step.body}".encode()).hexdigest()


@transaction.atomic
def change_words(step_id: int, *, subject: str, body: str, by: User) -> CampaignStep:
    """Raises Refused once the step has started: what was sent stays as it was."""
    step = _locked(step_id)
    if step.state != State.DRAFT:
        raise Refused(_("This step has started: its message cannot be changed any more."))
    step.subject, step.body = subject, body
    step.save(update_fields=["subject", "body"])
    details = {**named(step), "message_digest": digest_of_words(step)}
    audit.record(DeskEvent.CAMPAIGN_WORDED, actor=by, details=details)
    return step


@transaction.atomic
def start(step_id: int, *, by: User, read: str) -> CampaignStep:
    """List who gets it, and send: the words that were read, by their digest. Raises Refused;
    however many start at once, one does."""
    step = _locked(step_id)
    if step.state != State.DRAFT:
        raise Refused(_("This step has been started already."))
    if read != digest_of_words(step):
        raise Refused(
            _("Nothing was sent: this is not the message you read. Read it below, then start.")
        )
    before = step.campaign.steps.filter(number__lt=step.number)
    if before.filter(state__in=[State.DRAFT, State.SENDING]).exists():
        raise Refused(_("An earlier step is not done yet. Wait until it is, or pause it."))
    if placeholders.unknown_in(step.subject) or placeholders.unknown_in(step.body):
        raise Refused(_("The message holds a placeholder that means nothing. Edit it first."))
    ccns, letters = list_letters(step)
    if not ccns:
        raise Refused(_("No provider is meant any more: there is nobody to write to."))
    step.state, step.started_at = State.SENDING, timezone.now()
    step.save(update_fields=["state", "started_at"])
    details = {**named(step), "ccns": ccns, "letters": letters, "message_digest": read}
    audit.record(DeskEvent.CAMPAIGN_STARTED, actor=by, details=details)
    _send_after_commit(step)
    return step


@transaction.atomic
def pause(step_id: int, *, by: User) -> CampaignStep:
    """Nothing more leaves, but for the email that a worker has in hand. Raises Refused."""
    step = _locked(step_id)
    if step.state != State.SENDING:
        raise Refused(_("This step is not being sent just now."))
    step.state = State.PAUSED
    step.save(update_fields=["state"])
    holding.hold(OutgoingEmail.objects.filter(campaign_letter__step=step))
    audit.record(DeskEvent.CAMPAIGN_PAUSED, actor=by, details=named(step))
    return step


@transaction.atomic
def resume(step_id: int, *, by: User) -> CampaignStep:
    """Raises Refused."""
    step = _locked(step_id)
    if step.state != State.PAUSED:
        raise Refused(_("This step is not paused."))
    step.state, step.next_batch_at = State.SENDING, None
    step.save(update_fields=["state", "next_batch_at"])
    holding.release(OutgoingEmail.objects.filter(campaign_letter__step=step))
    audit.record(DeskEvent.CAMPAIGN_RESUMED, actor=by, details=named(step))
    _send_after_commit(step)
    return step


def meant_by(campaign: Campaign) -> audience.Meant:
    return audience.meant_by(audience.of_campaign(campaign))


def _locked(step_id: int) -> CampaignStep:
    return (
        CampaignStep.objects.select_for_update(of=("self",), no_key=True)
        .select_related("campaign__program")
        .get(pk=step_id)
    )


def _send_after_commit(step: CampaignStep) -> None:
    # robust: a broker that is down delays the first batch until the sweep, and breaks no page.
    transaction.on_commit(lambda: tasks.send_campaign_step.delay(step.pk), robust=True)
