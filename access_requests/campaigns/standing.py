"""How things stand with a letter now: whether it is still wanted, and by which CCNs.

Asked when a batch is made, and once more for each email before it leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models.functions import Lower

from access_requests import contacts
from access_requests.models import Campaign, CampaignLetter, CampaignTarget
from access_requests.readiness.counts import levels_of
from accounts import bounces
from providers.models import Provider

State = CampaignLetter.State


@dataclass
class Standing:
    """`dropped`: the state of a letter that is not to be sent; None: it goes to `providers`."""

    dropped: State | None = None
    providers: list[Provider] = field(default_factory=list)
    name: str = ""
    # Of how many CCNs there were when the step started.
    listed: int = 0


def of_letters(letters: Sequence[CampaignLetter], campaign: Campaign) -> dict[int, Standing]:
    """By id, in four queries."""
    listed = _listed(letters)
    known = {each.pk: each for providers in listed.values() for each in providers}
    levels = levels_of(known)
    names = _names(letters, known)
    dead = bounces.bounced_among(letter.address for letter in letters)
    return {
        letter.pk: _standing(letter, listed[letter.pk], campaign, levels, names, dead)
        for letter in letters
    }


def _listed(letters: Sequence[CampaignLetter]) -> dict[int, list[Provider]]:
    """The CCNs each letter is for, in their order."""
    through = CampaignTarget.letters.through
    rows = (
        through.objects.filter(campaignletter__in=[letter.pk for letter in letters])
        .select_related("campaigntarget__provider")
        .order_by("campaigntarget__provider__ccn")
    )
    listed: dict[int, list[Provider]] = defaultdict(list)
    for row in rows:
        listed[row.campaignletter_id].append(row.campaigntarget.provider)
    return listed


def _names(
    letters: Sequence[CampaignLetter], known: dict[int, Provider]
) -> dict[tuple[int, str], str]:
    """The name of each contact that campaigns may write to, by provider and address."""
    addresses = [letter.address for letter in letters]
    living = contacts.for_campaigns(contacts.living(list(known)))
    rows = living.annotate(small=Lower("email")).filter(small__in=addresses).order_by("pk")
    return {(each.provider_id, each.email.lower()): each.name for each in rows}


def _standing(
    letter: CampaignLetter,
    listed: list[Provider],
    campaign: Campaign,
    levels: dict[int, int],
    names: dict[tuple[int, str], str],
    dead: set[str],
) -> Standing:
    theirs = [each for each in listed if (each.pk, letter.address) in names]
    wanted = [each for each in theirs if levels[each.pk] == campaign.level]
    called = {names[each.pk, letter.address] for each in wanted}
    name = called.pop() if len(called) == 1 else ""
    standing = Standing(providers=wanted, name=name, listed=len(listed))
    if not theirs:
        standing.dropped = State.REMOVED
    elif not wanted:
        standing.dropped = State.READY
    elif letter.address in dead:
        standing.dropped = State.UNDELIVERABLE
    return standing
