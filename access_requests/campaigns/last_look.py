"""The last look at a campaign's email, in the transaction that holds its row while it is sent.

A CCN that became ready since the batch was made is no longer written to: the email is dropped, or
worded anew where it is for other CCNs as well.
"""

from __future__ import annotations

from django.utils import timezone

from access_requests.campaigns import standing, words
from access_requests.campaigns.standing import Standing
from access_requests.models import CampaignLetter, CampaignStep
from accounts.mail.campaigns import LastLook
from accounts.models import OutgoingEmail
from providers.models import Program


def before_it_leaves(email: OutgoingEmail) -> LastLook:
    """Named by settings.CAMPAIGN_LAST_LOOK. What is no letter of a step leaves as it is."""
    letter = CampaignLetter.objects.select_related("step__campaign").filter(email=email.pk).first()
    if letter is None:
        return LastLook.LEAVES
    if letter.step.state == CampaignStep.State.PAUSED:
        return LastLook.HELD
    stands = standing.of_letters([letter], letter.step.campaign)[letter.pk]
    if stands.dropped is not None:
        CampaignLetter.objects.filter(pk=letter.pk).update(
            state=stands.dropped, changed_at=timezone.now()
        )
        return LastLook.DROPPED
    if len(stands.providers) < stands.listed:
        _word_anew(email, letter, stands)
    return LastLook.LEAVES


def _word_anew(email: OutgoingEmail, letter: CampaignLetter, stands: Standing) -> None:
    programs = list(Program.objects.order_by("code"))
    made = words.email_for(
        letter.pk, letter.address, letter.step, stands.providers, programs, name=stands.name
    )
    email.subject, email.body_text, email.body_html = made.subject, made.body_text, made.body_html
    email.save(update_fields=["subject", "body_text", "body_html"])
