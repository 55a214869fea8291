"""A contact says: I am not the right person. They need no account; the link in their email shows
that it came to them, and opening it decides nothing."""

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
from providers.models import Provider

WHY = "The contact told us that they are not the right person."


@dataclass(frozen=True)
class Asked:
    """The letter behind a link, and where its address still is a contact."""

    letter: CampaignLetter
    contacts: list[Contact]

    @property
    def address_in_short(self) -> str:
        """Somebody else may have been handed the link."""
        before, _, domain = self.letter.address.partition("@")
        return f"{before[:1]}…@{domain}"


def asked_by(token: str) -> Asked | None:
    """None for a link that is none of ours."""
    letter_id = words.letter_id_of(token)
    letter = CampaignLetter.objects.filter(pk=letter_id).first() if letter_id else None
    if letter is None:
        return None
    here = CampaignTarget.objects.filter(letters=letter).values("provider")
    return Asked(letter, _living(letter.address, Provider.objects.filter(pk__in=here)))


@transaction.atomic
def decline(asked: Asked, provider_ids: Iterable[int]) -> int:
    """Remove the contact at these of the letter's CCNs; at how many it was still there."""
    wanted = set(provider_ids)
    chosen = [each.pk for each in asked.contacts if each.provider_id in wanted]
    there = list(
        Contact.objects.select_for_update(of=("self",), no_key=True)
        .select_related("provider")
        .filter(pk__in=chosen, removed_at=None)
        .order_by("pk")
    )
    Contact.objects.filter(pk__in=[each.pk for each in there]).update(
        removed_at=timezone.now(), removed_why=WHY
    )
    audit.record_many(
        audit.Line(
            type=DeskEvent.CONTACT_REMOVED,
            actor=None,
            ccn=each.provider.ccn,
            details={"contact": each.pk, "reason": WHY, "letter": asked.letter.pk},
        )
        for each in there
    )
    return len(there)


def _living(address: str, providers: Iterable[Provider]) -> list[Contact]:
    ids = [each.pk for each in providers]
    found = contacts.living(ids).annotate(small=Lower("email")).filter(small=address)
    return list(found.select_related("provider").order_by("provider__ccn"))
