"""Campaigns as CMS makes them: by the same steps as the pages."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.utils import timezone

from access_requests.campaigns import sending, steps, words
from access_requests.campaigns.audience import Audience
from access_requests.models import Campaign, CampaignLetter, CampaignStep, Contact
from accounts.models import User
from providers.models import Provider
from tests import builders as make

_numbers = count(1)


def contact(at: Provider, address: str = "", **fields: Any) -> Contact:
    return Contact.objects.create(
        **{
            "provider": at,
            "name": "Ada Winter",
            "email": address or f"contact{next(_numbers)}@home.example",
            "source": Contact.Source.ENTERED,
            "added_by": fields.pop("by", None) or make.reviewer(),
            "added_at": timezone.now(),
        }
        | fields
    )


def homes(number: int, *, by: User | None = None) -> list[Provider]:
    """So many CCNs without a PSO, each with one contact of its own."""
    by = by or make.reviewer()
    made = [make.provider() for _ in range(number)]
    for home in made:
        contact(home, by=by)
    return made


def campaign(level: int = 0, by: User | None = None, **meant: Any) -> Campaign:
    return steps.create(
        name=f"Campaign {next(_numbers)}",
        meant=Audience(level=level, **meant),
        by=by or make.reviewer(),
    )


def draft(level: int = 0, **meant: Any) -> CampaignStep:
    return campaign(level, **meant).steps.get()


def started(level: int = 0, **meant: Any) -> CampaignStep:
    return start(draft(level, **meant))


def start(step: CampaignStep, by: User | None = None) -> CampaignStep:
    """By somebody who has read what it says now."""
    read = steps.digest_of_words(step)
    return steps.start(step.pk, by=by or step.created_by, read=read)


def under_way(*, at: Provider, by: User) -> CampaignStep:
    """A step that is being sent to one contact of this provider, which has one PSO."""
    contact(at, by=by)
    return start(campaign(level=1, by=by).steps.get(), by)


def arguments_of(route: str) -> list[object]:
    """Of an address about the newest campaign, its step or its letter."""
    if "<str:token>" in route:
        return [token(CampaignLetter.objects.latest("pk"))]
    if "<int:pk>" in route:
        model = CampaignStep if "/steps/<" in route else Campaign
        return [model.objects.latest("pk").pk]
    return []


def token(letter: CampaignLetter) -> str:
    """What stands at the end of the link in the email."""
    return words.decline_url(letter.pk).rstrip("/").rpartition("/")[2]


def next_batch(step: CampaignStep) -> float | None:
    """As if the second between two batches had passed."""
    CampaignStep.objects.filter(pk=step.pk).update(next_batch_at=None)
    return sending.turn(step.pk)


def letters(step: CampaignStep) -> dict[str, str]:
    """State by address."""
    return dict(CampaignLetter.objects.filter(step=step).values_list("address", "state"))
