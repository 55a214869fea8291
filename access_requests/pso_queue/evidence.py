"""What whoever decides is told of a requester, besides what the requester wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from access_requests.models import AccessRequest
from access_requests.pso_queue import known
from access_requests.pso_queue.days import Days
from access_requests.pso_queue.known import Asked, Known
from access_requests.pso_queue.notes import Note, Speaker
from accounts.models import User


@dataclass(frozen=True)
class Evidence:
    known: Known
    notes: list[Note]


def of(requests: Sequence[AccessRequest], viewer: User) -> dict[int, Evidence]:
    """By request, for a PSO of their CCNs. One query; requesters and providers are loaded."""
    return about([Asked.of(each) for each in requests], viewer)


def about(asked: Sequence[Asked], viewer: User) -> dict[int, Evidence]:
    """One query."""
    speaker = Speaker(Days())
    found = known.about(asked, viewer)
    return {pk: Evidence(each, speaker.notes(each)) for pk, each in found.items()}
