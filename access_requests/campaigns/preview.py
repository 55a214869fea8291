"""A step's message as one provider would read it, with that provider's real data."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from access_requests.campaigns import audience, placeholders, words
from access_requests.campaigns.words import Worded
from access_requests.models import CampaignStep
from accounts import notices
from accounts.models import OutgoingEmail, User
from providers.models import Program, Provider


@dataclass(frozen=True)
class Preview:
    """`provider` None: nobody is meant. `note`: what to know about the one that was asked for."""

    provider: Provider | None
    said: Worded | None
    note: str = ""

    @property
    def paragraphs(self) -> list[str]:
        body = self.said.body if self.said else ""
        return [part.strip() for part in body.split("\n\n") if part.strip()]

    @property
    def subject(self) -> str:
        return self.said.subject if self.said else ""

    @property
    def about(self) -> list[str]:
        return words.about(1)


def of_step(step: CampaignStep, typed_ccn: str) -> Preview:
    """For the CCN that was asked for, else for the first that is meant."""
    provider, note = _provider(step, typed_ccn[:60])
    if provider is None:
        return Preview(None, None, note)
    if placeholders.unknown_in(step.subject) or placeholders.unknown_in(step.body):
        return Preview(provider, None, _("A placeholder means nothing. Edit the message."))
    programs = list(Program.objects.order_by("code"))
    return Preview(provider, words.worded(step, [provider], programs), note)


def test_email(step: CampaignStep, person: User, typed_ccn: str) -> OutgoingEmail | None:
    """To the person's own address, at once, and without a link that says "not me"."""
    shown = of_step(step, typed_ccn)
    if shown.said is None:
        return None
    return notices.email_to(
        person.email,
        greeting=person.full_name,
        subject=_("Test: %(subject)s") % {"subject": shown.said.subject},
        body=shown.said.body,
        about=shown.about,
    )


def _provider(step: CampaignStep, typed: str) -> tuple[Provider | None, str]:
    note = ""
    meant = audience.of_campaign(step.campaign).providers()
    if typed:
        try:
            asked = Provider.objects.get_by_ccn(typed)
        except Provider.DoesNotExist:
            note = _("There is no provider with this CCN. This is another one that is meant.")
        else:
            # Of any other the message would say what is not true.
            if found := meant.filter(pk=asked.pk).first():
                return found, ""
            note = _("This CCN is not meant now, so it gets nothing. This is one that is meant.")
    return meant.order_by("ccn").first(), note
