"""What whoever decides is told beside a request, besides what the requester wrote.

Of CCNs where the reader is no PSO they learn that there is something, not what, where or when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.models import AccessRequest, Affiliation
from access_requests.personal_domains import is_personal
from access_requests.pso_queue import days, sql
from accounts.models import User

# Accounts younger than this are worth a word.
NEW_ACCOUNT_DAYS = 14
# Of the places in sql.KNOWN, the one that is no CCN of the reader's.
_ELSEWHERE = 0


class Asked(NamedTuple):
    """Of a request, what the evidence is looked up by."""

    pk: int
    person: int
    home: int
    chain: int
    email: str
    joined: datetime
    is_vendor: bool
    invitation: int | None

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2].lower()

    @classmethod
    def of(cls, request: AccessRequest) -> Asked:
        """No query where its requester and provider are loaded."""
        return cls(
            request.pk,
            request.requester_id,
            request.provider_id,
            request.provider.chain_id or 0,
            request.requester.email,
            request.requester.date_joined,
            request.affiliation == Affiliation.VENDOR,
            request.invitation_id,
        )


class Fact(NamedTuple):
    number: int
    at: datetime | None
    words: str | None


@dataclass(frozen=True)
class Note:
    """`kind`: "warning" speaks against the request, "success" for it, "plain" neither."""

    text: str
    kind: str = "plain"


@dataclass(frozen=True)
class Evidence:
    """`here`: of the person at this CCN, by kind. `mine` and `elsewhere`: kinds of which there is
    something at other CCNs of the reader, or at others."""

    asked: Asked
    here: dict[str, Fact] = field(default_factory=dict)
    mine: dict[str, int] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    has_personal_address: bool = False
    comes_back: bool = False

    @cached_property
    def notes(self) -> list[Note]:
        """What speaks against it first."""
        return [*self._warnings(), *self._others()]

    def _warnings(self) -> Iterable[Note]:
        for kind, say in (("rejected", _rejected_here), ("revoked", _revoked_here)):
            if fact := self.here.get(kind):
                yield Note(say(fact), "warning")
        if "reported" in self.here:
            yield Note(_("Reported to CMS as not working at this CCN"), "warning")
        if "rejected" in self.mine:
            yield Note(_("Rejected before at another of your CCNs"), "warning")
        if "revoked" in self.mine:
            yield Note(_("A role revoked at another of your CCNs"), "warning")
        yield from (Note(said, "warning") for kind, said in _flags() if kind in self.elsewhere)
        if self.comes_back:
            yield Note(_("Email to this person comes back"), "warning")
        age = days.passed_since(self.asked.joined)
        if age < NEW_ACCOUNT_DAYS:
            yield Note(_account_is_new(age), "warning")

    def _others(self) -> Iterable[Note]:
        if self.has_personal_address:
            yield Note(_("A personal email address, with the requester’s attestation"))
        elif "domain_here" in self.here:
            said = _("Others at this CCN use %(domain)s")
            yield Note(said % {"domain": self.asked.domain}, "success")
        elif "domain_chain" in self.here:
            said = _("Others in this chain use %(domain)s")
            yield Note(said % {"domain": self.asked.domain}, "success")
        else:
            said = _("Nobody else here or in its chain uses %(domain)s yet")
            yield Note(said % {"domain": self.asked.domain})
        if fact := self.here.get("holds"):
            yield Note(_("Has here: %(roles)s") % {"roles": fact.words}, "success")
        if number := self.mine.get("holds"):
            yield Note(_has_roles_at_mine(number), "success")
        if not self.asked.is_vendor and (self.mine.keys() | self.elsewhere) & {"vendor"}:
            yield Note(_("Works for a vendor at another CCN"))
        if fact := self.here.get("invited"):
            said = _("Invited by %(name)s, %(date)s")
            yield Note(said % {"name": fact.words, "date": days.in_words(fact.at)}, "success")
        if days.passed_since(self.asked.joined) >= NEW_ACCOUNT_DAYS:
            yield Note(_("Account since %(date)s") % {"date": days.in_words(self.asked.joined)})


def of(requests: Sequence[AccessRequest], viewer: User) -> dict[int, Evidence]:
    """By request, for a PSO of their CCNs. One query; requesters and providers are loaded."""
    return about([Asked.of(each) for each in requests], viewer)


def about(asked: Sequence[Asked], viewer: User) -> dict[int, Evidence]:
    """One query."""
    if not asked:
        return {}
    personal = {each.pk for each in asked if is_personal(each.domain)}
    known = _known(asked, [each for each in asked if each.pk not in personal], viewer)
    found = {}
    for each in asked:
        places = known.get(each.person, {})
        elsewhere = places.get(_ELSEWHERE, {})
        found[each.pk] = Evidence(
            each,
            here=places.get(each.home, {}),
            mine=_at_mine(places, each.home),
            elsewhere=frozenset(elsewhere),
            has_personal_address=each.pk in personal,
            comes_back="bounces" in elsewhere,
        )
    return found


def _at_mine(places: dict[int, dict[str, Fact]], home: int) -> dict[str, int]:
    """How many there are at the reader's other CCNs, on the page or not."""
    counted: Counter[str] = Counter()
    for place, facts in places.items():
        if place not in (_ELSEWHERE, home):
            counted.update({kind: fact.number for kind, fact in facts.items()})
    return counted


Known = dict[int, dict[int, dict[str, Fact]]]


def _known(asked: Sequence[Asked], corporate: Sequence[Asked], viewer: User) -> Known:
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
    known: Known = {}
    with connection.cursor() as cursor:
        cursor.execute(sql.KNOWN, parameters)
        for kind, person, place, number, at, words in cursor.fetchall():
            known.setdefault(person, {}).setdefault(place, {})[kind] = Fact(number, at, words)
    return known


def _flags() -> tuple[tuple[str, str], ...]:
    return (
        ("rejected", _("Rejected at a CCN that is not yours")),
        ("revoked", _("A role revoked at a CCN that is not yours")),
        ("reported", _("Reported to CMS at a CCN that is not yours")),
    )


def _rejected_here(fact: Fact) -> str:
    said = ngettext(
        "Rejected at this CCN before: %(date)s",
        "Rejected at this CCN %(n)d times, last on %(date)s",
        fact.number,
    )
    return said % {"n": fact.number, "date": days.in_words(fact.at)}


def _revoked_here(fact: Fact) -> str:
    return _("A role revoked at this CCN: %(date)s") % {"date": days.in_words(fact.at)}


def _account_is_new(age: int) -> str:
    if not age:
        return _("New account: made today")
    said = ngettext("New account: made %(n)d day ago", "New account: made %(n)d days ago", age)
    return said % {"n": age}


def _has_roles_at_mine(number: int) -> str:
    said = ngettext(
        "Has roles at %(n)d other CCN of yours", "Has roles at %(n)d other CCNs of yours", number
    )
    return said % {"n": number}
