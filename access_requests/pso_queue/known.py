"""What is known of whoever asks, besides what they wrote. notes.py says it in words.

Of CCNs where the reader is no PSO they learn that there is something, not what, where or when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from access_requests.models import AccessRequest, Affiliation
from access_requests.personal_domains import is_personal
from accounts.models import User

# Migration 0007. Told of whom: kind, person, place, number, last time, words.
_KNOWN: Final = """
SELECT * FROM pso_queue_known(%(viewer)s, %(people)s, %(homes)s, %(invitations)s::bigint[],
    %(askers)s::bigint[], %(at_homes)s::bigint[], %(domains)s::text[], %(chains)s::bigint[])
"""
# Of the places there, the one that is no CCN of the reader's.
_ELSEWHERE: Final = 0
# Told of with the invitation's number.
_OF_INVITATIONS: Final = ("invited", "other_invited")


class Asked(NamedTuple):
    """Of a request, what the evidence is looked up by."""

    pk: int
    person: int
    home: int
    chain: int
    domain: str
    joined: datetime
    is_vendor: bool
    invitation: int | None

    @classmethod
    def of(cls, request: AccessRequest) -> Asked:
        """No query where its requester and provider are loaded."""
        return cls(
            request.pk,
            request.requester_id,
            request.provider_id,
            request.provider.chain_id or 0,
            domain_of(request.requester.email),
            request.requester.date_joined,
            request.affiliation == Affiliation.VENDOR,
            request.invitation_id,
        )


class Fact(NamedTuple):
    number: int
    at: datetime | None
    words: str | None


def domain_of(email: str) -> str:
    return email.rpartition("@")[2].lower()


class Known(NamedTuple):
    """`here`: of the person at this CCN, by kind. `mine`: how much of each kind there is at other
    CCNs of the reader. `elsewhere`: kinds of which there is something at other CCNs."""

    asked: Asked
    here: dict[str, Fact]
    mine: dict[str, int]
    elsewhere: dict[str, Fact]
    has_personal_address: bool
    comes_back: bool


def about(asked: Sequence[Asked], viewer: User) -> dict[int, Known]:
    """One query."""
    if not asked:
        return {}
    personal = {domain for domain in {each.domain for each in asked} if is_personal(domain)}
    known = _known(asked, [each for each in asked if each.domain not in personal], viewer)
    found = {}
    for each in asked:
        places = known.get(each.person, {})
        elsewhere = places.get(_ELSEWHERE, {})
        found[each.pk] = Known(
            each,
            here=places.get(each.home, {}),
            mine=_at_mine(places, each.home),
            elsewhere=elsewhere,
            has_personal_address=each.domain in personal,
            comes_back="bounces" in elsewhere,
        )
    return found


def _at_mine(places: dict[int, dict[str, Fact]], home: int) -> dict[str, int]:
    """How many there are at the reader's other CCNs, on the page or not."""
    counted: Counter[str] = Counter()
    if not places:
        return counted
    for place, facts in places.items():
        if place not in (_ELSEWHERE, home):
            counted.update({kind: fact.number for kind, fact in facts.items()})
    return counted


Found = dict[int, dict[int, dict[str, Fact]]]


def _known(asked: Sequence[Asked], corporate: Sequence[Asked], viewer: User) -> Found:
    """By person, place and kind."""
    parameters: dict[str, Any] = {
        "viewer": viewer.pk,
        "people": list({each.person for each in asked}),
        "homes": list({each.home for each in asked}),
        "invitations": [each.invitation for each in asked if each.invitation],
        "askers": [each.person for each in corporate],
        "at_homes": [each.home for each in corporate],
        "domains": [each.domain for each in corporate],
        "chains": [each.chain for each in corporate],
    }
    known: Found = {}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, parameters)
        for kind, person, place, number, at, words in cursor.fetchall():
            # Somebody may have been invited to several roles at one CCN.
            name = f"{kind} {number}" if kind in _OF_INVITATIONS else kind
            known.setdefault(person, {}).setdefault(place, {})[name] = Fact(number, at, words)
    return known
