"""A page of a PSO's queue, narrowed, with what is known of each person: three statements, however
many CCNs and rows, and whatever is searched for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from access_requests import queue
from access_requests.models import Affiliation
from access_requests.pso_queue import evidence
from access_requests.pso_queue.evidence import Evidence
from access_requests.pso_queue.filters import Filters
from access_requests.pso_queue.known import Asked
from accounts.models import User

Key = tuple[datetime, int]

MOST_COUNTED = 100


class Row(NamedTuple):
    """As pso_queue_rows() gives it (migration 0007)."""

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
            self.email,
            self.joined,
            self.is_vendor,
            self.invitation_id,
        )


@dataclass(frozen=True)
class Page:
    """One page, oldest first. `after` is the last row's key when more follow; `matching` is how
    many there are, to MOST_COUNTED + 1, and None on later pages."""

    rows: list[Row]
    evidence: dict[int, Evidence]
    after: Key | None
    matching: int | None


def page(user: User, filters: Filters, after: Key | None = None) -> Page:
    size = filters.size
    ids = queue.decidable_ids(
        user,
        after=after,
        # The first page counts as well: its statement reads little more for that.
        limit=size + 1 if after else max(size, MOST_COUNTED) + 1,
        narrowed=filters.narrowed(),
    )
    rows = _rows(ids[:size])
    last = rows[-1] if rows and len(ids) > size else None
    return Page(
        rows,
        evidence.about([each.asked for each in rows], user),
        (last.submitted_at, last.pk) if last else None,
        None if after else len(ids),
    )


def _rows(ids: list[int]) -> list[Row]:
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM pso_queue_rows(%s)", [ids])
        return [Row(*each) for each in cursor.fetchall()]
