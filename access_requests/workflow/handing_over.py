"""What changes hands when a CCN gets its first PSO or loses its last (rules 15 and 17).

Who decides is derived from whether the CCN has an active PSO, so nothing is rewritten here: the
step is put on record for each request it concerns, and the people concerned are told.
"""

from __future__ import annotations

from access_requests.models import AccessRequest, Authority, EventType, RoleAssignment
from access_requests.workflow.trail import record_each
from accounts.models import User
from providers.models import Provider


def hand_over_to_first_pso(
    approved: AccessRequest, *, actor: User
) -> tuple[list[AccessRequest], list[AccessRequest]]:
    """What a first PSO finds open at the CCN.

    Two lists: requests that are now theirs to decide, and their own, which wait for a second PSO.
    """
    others = _open_at(approved.provider)
    own = [each for each in others if each.requester_id == approved.requester_id]
    theirs = [each for each in others if each.requester_id != approved.requester_id]
    record_each(EventType.MOVED, theirs, actor=actor, to=Authority.PSO)
    return theirs, own


def freed_by_second_pso(approved: AccessRequest) -> list[AccessRequest]:
    """A sole PSO's own requests, which nobody could decide until this second PSO came."""
    psos = _psos_at(approved.provider)
    if len(psos) != 2:
        return []
    sole = next(user_id for user_id in psos if user_id != approved.requester_id)
    return [each for each in _open_at(approved.provider) if each.requester_id == sole]


def hand_back(
    ended: RoleAssignment, *, actor: User | None
) -> tuple[list[AccessRequest], list[AccessRequest]]:
    """What a PSO role that ended leaves behind at its CCN.

    Two lists: PSO requests that are CMS's again, and requests that nobody can decide for now.
    Both are empty while enough PSOs remain; a sole PSO's own requests wait for a second one.
    """
    provider = ended.provider
    psos = _psos_at(provider)
    if len(psos) > 1:
        return [], []
    others = _open_at(provider)
    if psos:
        return [], [each for each in others if each.requester_id == psos[0]]
    to_cms = [each for each in others if each.is_for_pso_role]
    waiting = [each for each in others if not each.is_for_pso_role]
    record_each(EventType.MOVED, to_cms, actor=actor, to=Authority.CMS)
    record_each(EventType.MOVED, waiting, actor=actor, to="")
    return to_cms, waiting


def _psos_at(provider: Provider) -> list[int]:
    held = RoleAssignment.objects.active().psos().filter(provider=provider)
    return list(held.values_list("user_id", flat=True))


def _open_at(provider: Provider) -> list[AccessRequest]:
    found = (
        AccessRequest.objects.open()
        .filter(provider=provider)
        .select_related("requester", "role")
        .order_by("pk")
    )
    for each in found:
        each.provider = provider
    return list(found)
