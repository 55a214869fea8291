"""Finding a chain by its name, and its CCNs to tick."""

from __future__ import annotations

from django.db.models import Count, Q

from providers.models import Chain, Provider
from providers.models.search_keys import words

MOST_SHOWN = 12
# As many as a form takes; no chain has so many.
MOST_CCNS = 500


def named_like(typed: str) -> list[Chain]:
    """With `open_ccns`, the largest first; one more than are shown."""
    said = words(typed)
    if not said:
        return []
    meant = Q()
    for word in said:
        meant &= Q(name__icontains=word)
    open_ccns = Count("providers", filter=Q(providers__closed_on=None))
    found = Chain.objects.filter(meant).annotate(open_ccns=open_ccns).filter(open_ccns__gt=0)
    return list(found.order_by("-open_ccns", "name")[: MOST_SHOWN + 1])


def ccns_of(chain: Chain) -> list[Provider]:
    rows = Provider.objects.open().filter(chain=chain)
    return list(rows.order_by("state", "city", "name", "ccn")[:MOST_CCNS])
