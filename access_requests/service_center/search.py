"""One box finds people, requests and providers. What is typed is personal: it stands in an
address only encrypted, for whoever typed it and for a day's work.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q, QuerySet

from access_requests import keyset, policy
from access_requests.models import AccessRequest, RoleAssignment
from access_requests.now import with_psos_counted
from access_requests.readiness.counts import Readiness
from accounts import bounces
from accounts.encryption import Undecipherable, decrypt, encrypt
from accounts.models import User
from providers import ccn, near_matches
from providers.answers import Answer, answer_for
from providers.models import Provider
from providers.models.search_keys import words
from providers.verdicts import Verdict

PAGE_SIZE = 25
MOST_FOUND = 200
MOST_ALIKE = 10
MOST_REQUESTS = 10
_MOST_WORDS = 6
_REQUEST = re.compile(
    r"(?:request\b|r(?=\s*[#0-9]))?\s*(?:no\b\.?)?\s*#?\s*([0-9]+)\.?", re.IGNORECASE
)
# What a spreadsheet makes of a CCN with an E in third place.
_SCIENTIFIC = re.compile(r"[0-9]+(\.[0-9]+)?E\+?[0-9]+")
_TOKEN_SECONDS = 12 * 3600

# What the index user_search is of (migration 0007).
_WORDS = "search_words"


@dataclass(frozen=True)
class Found:
    """`people` are one page; `is_cut`: there are more than are ever listed. `alike`: nobody has
    all the words, but these are near. `named`: providers with a name or city like it."""

    people: Sequence[User] = ()
    number_of_people: int = 0
    is_cut: bool = False
    alike: Sequence[User] = ()
    request: AccessRequest | None = None
    provider: Answer | None = None
    psos: Sequence[RoleAssignment] = ()
    open_requests: Sequence[AccessRequest] = field(default=())
    named: Sequence[Provider] = ()

    @property
    def readiness(self) -> Readiness:
        return Readiness(len(self.psos))

    @property
    def is_empty(self) -> bool:
        return not (self.people or self.alike or self.request or self.provider or self.named)

    @property
    def only_person(self) -> User | None:
        """The one answer there is."""
        is_alone = self.number_of_people == 1 and not (self.request or self.provider)
        return self.people[0] if is_alone else None


def write_token(typed: str, viewer: User) -> str:
    return encrypt(f"{viewer.pk} {int(time.time())} {typed}")


def read_token(token: str, viewer: User) -> str:
    """What was typed; empty when it was by somebody else, yesterday, or not at all."""
    try:
        viewer_id, at, typed = decrypt(token).split(" ", 2)
    except (Undecipherable, ValueError):
        return ""
    is_fresh = time.time() - int(at) < _TOKEN_SECONDS
    return typed if viewer_id == str(viewer.pk) and is_fresh else ""


def find(typed: str, viewer: User, *, page: int = 1) -> Found:
    """At most twelve queries, however many people there are."""
    ids = _ids(typed)
    shown = ids[:MOST_FOUND][(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    alike = [] if ids else _ids_alike(typed)
    answer = _provider(typed)
    provider = answer.provider if answer else None
    request = _request(typed, viewer)
    is_name = not (ids or answer or request)
    return Found(
        people=_in_order(shown),
        number_of_people=min(len(ids), MOST_FOUND),
        is_cut=len(ids) > MOST_FOUND,
        alike=_in_order(alike),
        request=request,
        provider=answer,
        psos=_psos(provider.pk) if provider else (),
        open_requests=_open_requests(provider.pk, viewer) if provider else (),
        named=near_matches.of_name(typed) if is_name else (),
    )


def people_for(typed: str) -> list[User]:
    """Whoever has this User ID or address, or all the words; else whoever is named like it."""
    return _in_order(_ids(typed)[:PAGE_SIZE] or _ids_alike(typed))


def _ids(typed: str) -> list[int]:
    """Whoever has this User ID or address; then everybody who has the beginnings of all words."""
    said = typed.strip().lower()
    exact = User.objects.filter(Q(username=said) | Q(email=said)).order_by("pk")
    first = list(exact.values_list("pk", flat=True))
    meant = words(typed)[:_MOST_WORDS]
    # A single letter finds nobody in particular.
    if not any(len(word) > 1 for word in meant):
        return first
    return [*first, *(each for each in _ids_by_words(meant) if each not in first)]


def _ids_by_words(meant: list[str]) -> list[int]:
    """Found by index, to one more than are listed; only then put in order.

    Materialized: planned as if all were wanted, so that the planner does not hope to come by
    enough of them while it reads the whole table; and read no further than the limit.
    """
    condition = " AND ".join([f"{_WORDS} LIKE %s"] * len(meant))
    statement = f"""
        WITH matching AS MATERIALIZED (
            SELECT id, full_name FROM accounts_user WHERE {condition}
        )
        SELECT id FROM (SELECT * FROM matching LIMIT %s) AS found ORDER BY lower(full_name), id
    """  # noqa: S608 - constants alone
    with connection.cursor() as cursor:
        cursor.execute(statement, [*map(_beginning, meant), MOST_FOUND + 1])
        return [row[0] for row in cursor.fetchall()]


def _beginning(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"% {escaped}%"


def _ids_alike(typed: str) -> list[int]:
    meant = " ".join(words(typed)[:_MOST_WORDS])
    if len(meant) < 3:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id FROM people_named_like(%s, %s)", [meant, MOST_ALIKE])
        return [row[0] for row in cursor.fetchall()]


def _in_order(ids: Sequence[int]) -> list[User]:
    if not ids:
        return []
    people = User.objects.annotate(**{"email_comes_back": bounces.comes_back("email")})
    found = people.in_bulk(ids)
    return [found[each] for each in ids if each in found]


def _request(typed: str, viewer: User) -> AccessRequest | None:
    """By its number, as it is read out: "request no. 12", "#12" and "R12" will do."""
    said = _REQUEST.fullmatch(typed.strip())
    number = keyset.read_id(said[1]) if said else None
    return _told(AccessRequest.objects.filter(pk=number), viewer).first() if number else None


def _provider(typed: str) -> Answer | None:
    """The answer to what can be a CCN, or was one before a spreadsheet had it; a name is none."""
    reading = ccn.read(typed)
    if isinstance(reading, ccn.Unreadable) and not _was_meant_as_ccn(reading):
        return None
    return answer_for(typed)


def _was_meant_as_ccn(reading: ccn.Unreadable) -> bool:
    return bool(
        reading.likely
        or ccn.provisional_id(reading.typed)
        or reading.verdict == Verdict.UNKNOWN_STATE
        or _SCIENTIFIC.fullmatch(ccn.squeeze(reading.typed))
    )


def _psos(provider_id: int) -> list[RoleAssignment]:
    psos = RoleAssignment.objects.active().psos().filter(provider=provider_id)
    return list(psos.select_related("user").order_by("granted_at"))


def _open_requests(provider_id: int, viewer: User) -> list[AccessRequest]:
    """Those that have waited longest, one more than are shown."""
    longest = AccessRequest.objects.open().filter(provider=provider_id)
    listed = longest.order_by("submitted_at", "pk").values("pk")[: MOST_REQUESTS + 1]
    told = _told(AccessRequest.objects.filter(pk__in=listed), viewer)
    return list(told.order_by("submitted_at", "pk"))


def _told(requests: QuerySet[AccessRequest], viewer: User) -> QuerySet[AccessRequest]:
    return with_psos_counted(policy.with_standing(requests, viewer)).select_related(
        "requester", "provider", "role", "decided_by", "role_assignment"
    )
