"""A contact says: I am not the right person. They need no account; the link in their email shows
that it came to them, and opening it decides nothing.

A letter is passed on, so whoever has it may be somebody else. It only ends the campaign letters to
its address at its CCNs. They stay a contact, are told what was done, and can undo it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from access_requests import contacts
from access_requests.campaigns import words
from access_requests.models import CampaignLetter, CampaignTarget, Contact, DeskEvent
from accounts import audit
from accounts.letter_words import words_of
from accounts.mail import outbox
from accounts.notices import email_to
from providers.models import Provider


@dataclass(frozen=True)
class Asked:
    """The letter behind a link, and where its address is a contact."""

    letter: CampaignLetter
    contacts: list[Contact]

    @property
    def written_to(self) -> list[Contact]:
        return [each for each in self.contacts if each.declined_at is None]

    @property
    def declined(self) -> list[Contact]:
        return [each for each in self.contacts if each.declined_at is not None]

    @property
    def address_in_short(self) -> str:
        """Somebody else may have been handed the link."""
        before, _, domain = self.letter.address.partition("@")
        return f"{before[:1]}…@{domain}"


def asked_by(token: str) -> Asked | None:
    """None for a link that is old, or none of ours."""
    letter_id = words.letter_id_of(token)
    letter = CampaignLetter.objects.filter(pk=letter_id).first() if letter_id else None
    if letter is None:
        return None
    here = CampaignTarget.objects.filter(letters=letter).values("provider")
    return Asked(letter, _living(letter.address, Provider.objects.filter(pk__in=here)))


@transaction.atomic
def decline(asked: Asked, provider_ids: Iterable[int]) -> int:
    """No more campaign letters at these of the letter's CCNs; how many had them still."""
    wanted = set(provider_ids)
    there = _locked(each for each in asked.written_to if each.provider_id in wanted)
    there = [each for each in there if each.declined_at is None]
    if there:
        chosen = Contact.objects.filter(pk__in=[each.pk for each in there])
        chosen.update(declined_at=timezone.now())
        _record(DeskEvent.CAMPAIGNS_DECLINED, there, asked.letter)
        _tell(there, asked.letter)
    return len(there)


@transaction.atomic
def undo(asked: Asked) -> int:
    """Campaign letters at all of the letter's CCNs again; how many had none."""
    there = [each for each in _locked(asked.declined) if each.declined_at is not None]
    Contact.objects.filter(pk__in=[each.pk for each in there]).update(declined_at=None)
    _record(DeskEvent.CAMPAIGNS_WANTED, there, asked.letter)
    return len(there)


def _living(address: str, providers: Iterable[Provider]) -> list[Contact]:
    ids = [each.pk for each in providers]
    found = contacts.living(ids).annotate(small=Lower("email")).filter(small=address)
    return list(found.select_related("provider").order_by("provider__ccn"))


def _locked(chosen: Iterable[Contact]) -> list[Contact]:
    return list(
        Contact.objects.select_for_update(of=("self",), no_key=True)
        .select_related("provider")
        .filter(pk__in=[each.pk for each in chosen], removed_at=None)
        .order_by("pk")
    )


def _record(event: DeskEvent, there: Iterable[Contact], letter: CampaignLetter) -> None:
    audit.record_many(
        audit.Line(
            type=event,
            actor=None,
            ccn=each.provider.ccn,
            details={"contact": each.pk, "letter": letter.pk},
        )
        for each in there
    )


def _tell(there: list[Contact], letter: CampaignLetter) -> None:
    """It may have been somebody else who has the letter: the address hears of it."""
    context = {"providers": [each.provider for each in there]}
    subject, body = words_of("campaigns/emails/declined.txt", **context)
    email = email_to(
        letter.address,
        greeting=there[0].name if len({each.name for each in there}) == 1 else "",
        subject=subject,
        body=body,
        path=words.decline_path(letter.pk),
    )
    outbox.store([email])
