"""What changes hands when a CCN gets its first PSO or loses its last (rules 15 and 17).

Who decides is derived from whether the CCN has an active PSO, so nothing is rewritten here: the
step is put on record for each request it concerns, and the people concerned are told.
"""

from __future__ import annotations

from access_requests.models import AccessRequest, Authority, EventType, RoleAssignment
from access_requests.workflow.trail import record_each
from accounts.models import User
from providers.models import Provider


def hand_over_to_first_pso(approved: AccessRequest, *, actor: User) -> list[AccessRequest]:
    """Every other open request at the CCN is now its PSO's to decide. Returns them."""
    others = _open_at(approved.provider)
    record_each(EventType.MOVED, others, actor=actor, to=Authority.PSO)
    return others


def hand_back(ended: RoleAssignment, *, actor: User | None) -> list[AccessRequest] | None:
    """After a PSO role ended: None while other PSOs remain, else the open requests, which now
    belong to CMS (PSO requests) or wait for the next PSO (all others)."""
    provider = ended.provider
    if RoleAssignment.objects.active().psos().filter(provider=provider).exists():
        return None
    others = _open_at(provider)
    pso_requests = [each for each in others if each.is_for_pso_role]
    waiting = [each for each in others if not each.is_for_pso_role]
    record_each(EventType.MOVED, pso_requests, actor=actor, to=Authority.CMS)
    record_each(EventType.MOVED, waiting, actor=actor, to="")
    return others


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
