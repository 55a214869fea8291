"""Deciding many requests, or ending many roles, in one transaction: one outcome for each.

What may not be done is left out and named; the rest is done. Nothing is half written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from access_requests.models import AccessRequest, RejectionReason, RoleAssignment
from accounts.models import User


@dataclass(frozen=True)
class Outcome:
    """`refusal` is empty where it was done; else the sentence that says why not."""

    pk: int
    row: AccessRequest | RoleAssignment | None
    refusal: str = ""

    @property
    def is_done(self) -> bool:
        return not self.refusal


def approve_many(
    request_ids: Sequence[int], *, by: User, seen: Mapping[int, str] | None = None
) -> list[Outcome]:
    """`seen`: for each request the fingerprint of what the decider read."""
    raise NotImplementedError


def reject_many(
    request_ids: Sequence[int], *, by: User, reason: RejectionReason, explanation: str
) -> list[Outcome]:
    raise NotImplementedError


def revoke_many(assignment_ids: Sequence[int], *, by: User, reason: str) -> list[Outcome]:
    raise NotImplementedError
