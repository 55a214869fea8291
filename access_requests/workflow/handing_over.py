"""What changes hands when a CCN gets its first PSO or loses its last (rules 15 and 17).

Who decides is derived from whether the CCN has an active PSO, so nothing is rewritten here: the
step is put on record for each request it concerns, and the people concerned are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, QuerySet

from access_requests.models import AccessRequest, Authority, EventType, RoleAssignment
from access_requests.workflow.trail import record_each
from accounts.models import User


@dataclass(frozen=True)
class Beside:
    """What a new PSO finds open at the CCN: requests of other people, and their own.

    Of the first, `requester_was_sole_pso` marks those that nobody could decide until now.
    """

    approved: AccessRequest
    others: list[AccessRequest] = field(default_factory=list)
    own: list[AccessRequest] = field(default_factory=list)


@dataclass(frozen=True)
class LeftBehind:
    """What PSO roles that ended leave at one CCN, which was the last of them to be granted.

    PSO requests that are CMS's again, and requests that nobody can decide for now. Both are empty
    while enough PSOs remain; a sole PSO's own requests wait for a second one.
    """

    ended: RoleAssignment
    has_pso: bool
    to_cms: list[AccessRequest] = field(default_factory=list)
    waiting: list[AccessRequest] = field(default_factory=list)


def open_beside(approved: Sequence[AccessRequest]) -> list[Beside]:
    """For each of these new PSOs; one query. Their roles are granted already."""
    if not approved:
        return []
    before = (
        RoleAssignment.objects.active()
        .psos()
        .filter(provider=OuterRef("provider"))
        .exclude(access_request__in=[each.pk for each in approved])
    )
    was_sole = Exists(before.filter(user=OuterRef("requester"))) & ~Exists(
        before.exclude(user=OuterRef("requester"))
    )
    marked = {"requester_was_sole_pso": ExpressionWrapper(was_sole, BooleanField())}
    at: dict[int, list[AccessRequest]] = {}
    for each in _open_at({each.provider_id for each in approved}).annotate(**marked):
        at.setdefault(each.provider_id, []).append(each)
    return [_beside(each, at.get(each.provider_id, [])) for each in approved]


def _beside(approved: AccessRequest, there: Iterable[AccessRequest]) -> Beside:
    beside = Beside(approved)
    for each in there:
        is_own = each.requester_id == approved.requester_id
        (beside.own if is_own else beside.others).append(each)
    return beside


def hand_back(ended: Sequence[RoleAssignment], *, actor: User | None) -> list[LeftBehind]:
    """What these PSO roles leave behind, CCN by CCN, put on record. At most four statements."""
    psos = _psos_at({each.provider_id for each in ended})
    few = {each.provider_id for each in ended if len(psos.get(each.provider_id, ())) < 2}
    at: dict[int, list[AccessRequest]] = {}
    for each in _open_at(few) if few else ():
        at.setdefault(each.provider_id, []).append(each)
    last = {each.provider_id: each for each in ended}
    left = [_left_behind(each, psos.get(home, []), at.get(home, [])) for home, each in last.items()]
    record_each(
        EventType.MOVED,
        [each for found in left for each in found.to_cms],
        actor=actor,
        to=Authority.CMS,
    )
    stuck = [each for found in left if not found.has_pso for each in found.waiting]
    record_each(EventType.MOVED, stuck, actor=actor, to="")
    return left


def _left_behind(
    ended: RoleAssignment, psos: Sequence[int], there: Sequence[AccessRequest]
) -> LeftBehind:
    if len(psos) > 1:
        return LeftBehind(ended, has_pso=True)
    if psos:
        own = [each for each in there if each.requester_id == psos[0]]
        return LeftBehind(ended, has_pso=True, waiting=own)
    return LeftBehind(
        ended,
        has_pso=False,
        to_cms=[each for each in there if each.is_for_pso_role],
        waiting=[each for each in there if not each.is_for_pso_role],
    )


def _psos_at(provider_ids: Iterable[int]) -> dict[int, list[int]]:
    held = RoleAssignment.objects.active().psos().filter(provider__in=provider_ids)
    found: dict[int, list[int]] = {}
    for home, user in held.values_list("provider_id", "user_id"):
        found.setdefault(home, []).append(user)
    return found


def _open_at(provider_ids: Iterable[int]) -> QuerySet[AccessRequest]:
    return (
        AccessRequest.objects.open()
        .filter(provider__in=provider_ids)
        .select_related("requester", "role", "provider")
        .order_by("pk")
    )
