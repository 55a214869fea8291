"""A sole PSO is asked to find a second one, every ten business days until there are two."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from access_requests.coverage import finding, letters
from access_requests.models import CoverageNudge, DayEvent
from accounts import audit
from accounts.business_days import is_business_day, submitted_before
from accounts.models import User
from accounts.notices import tell_each
from providers.models import Provider

EVERY_BUSINESS_DAYS: Final = 10
_AT_ONCE: Final = 250


def nudge_sole_psos() -> int:
    """One email each, for all their CCNs. How many people were asked; nobody on days off, and
    nobody during an absence that they have named."""
    if not is_business_day(timezone.localdate()):
        return 0
    nudged, after = 0, 0
    while people := _due(after):
        nudged += _nudge(people)
        after = people[-1]
    return nudged


def _due(after: int) -> list[int]:
    since = submitted_before(EVERY_BUSINESS_DAYS)
    return finding.people_due(
        sole_since=since, nudged_since=timezone.localdate(since), after=after, limit=_AT_ONCE
    )


@transaction.atomic
def _nudge(people: list[int]) -> int:
    """Some people in one transaction. Another run at the same moment waits for their rows, and
    then finds that they were asked."""
    locked = User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk")
    persons = {each.pk: each for each in locked}
    # Statements of their own: they see what the holder of the locks before us has committed.
    still = set(_due(people[0] - 1)) & set(persons)
    alone = finding.sole_ccns(sorted(still))
    ids = {pk for pks in alone.values() for pk in pks}
    providers = Provider.objects.in_bulk(sorted(ids))
    today = timezone.localdate()
    CoverageNudge.objects.bulk_create(
        CoverageNudge(user=persons[person], day=today, ccns=len(pks))
        for person, pks in alone.items()
    )
    audit.record_many(
        audit.Line(
            type=DayEvent.SECOND_PSO_SOUGHT,
            actor=None,
            person=persons[person],
            ccn=providers[pk].ccn,
        )
        for person, pks in alone.items()
        for pk in pks
    )
    tell_each(
        letters.second_pso_sought(persons[person], [providers[pk] for pk in pks])
        for person, pks in alone.items()
    )
    return len(alone)
