"""A page of a PSO's queue, narrowed, with what is known of each person: two statements, however
many CCNs and rows, and whatever is searched for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.db import connection

from access_requests import queue
from access_requests.models import Affiliation
from access_requests.pso_queue import evidence
from access_requests.pso_queue.evidence import Evidence
from access_requests.pso_queue.filters import Filters
from access_requests.pso_queue.known import Asked, domain_of
from accounts.models import User

Key = tuple[datetime, int]

MOST_COUNTED = 100

# Migration 0007.
_PAGE: Final = """
SELECT * FROM pso_queue_page(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
# Its columns that count: the reader's CCNs, and what matches.
_COUNTED: Final = 3


class Mine(NamedTuple):
    """The reader's CCNs: how many, and a sum that changes when they do."""

    number: int
    digest: int


class Row(NamedTuple):
    """As pso_queue_page() gives it, after what it counted."""

    pk: int
    submitted_at: datetime
    role: str
    affiliation: str
    job_title: str
    employer: str
    requester_id: int
    provider_id: int
    full_name: str
    username: str
    email: str
    joined: datetime
    ccn: str
    home_name: str
    city: str
    state: str
    chain_id: int | None
    invitation_id: int | None

    @property
    def person(self) -> str:
        return self.full_name or self.username

    @property
    def is_vendor(self) -> bool:
        return self.affiliation == Affiliation.VENDOR

    @property
    def asked(self) -> Asked:
        return Asked(
            self.pk,
            self.requester_id,
            self.provider_id,
            self.chain_id or 0,
            domain_of(self.email),
            self.joined,
            self.is_vendor,
            self.invitation_id,
        )


@dataclass(frozen=True)
class Page:
    """One page, oldest first. `after` is the last row's key when more follow; `matching` is how
    many there are, to MOST_COUNTED + 1, and None on later pages."""

    mine: Mine
    rows: list[Row]
    evidence: dict[int, Evidence]
    after: Key | None
    matching: int | None


def page(user: User, filters: Filters, after: Key | None = None) -> Page:
    if not queue.has_queue(user):
        return Page(Mine(0, 0), [], {}, None, None)
    size = filters.size
    # The first page counts as well: its statement reads little more for that.
    most = size + 1 if after else max(size, MOST_COUNTED) + 1
    at = after or queue.BEGINNING
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, [user.pk, *at, most, size, *filters.narrowed()])
        found = cursor.fetchall()
    *mine, matching = found[0][:_COUNTED]
    rows = [Row(*each[_COUNTED:]) for each in found if each[_COUNTED] is not None]
    last = rows[-1] if rows and matching > size else None
    return Page(
        Mine(*mine),
        rows,
        evidence.about([each.asked for each in rows], user),
        (last.submitted_at, last.pk) if last else None,
        None if after else matching,
    )
