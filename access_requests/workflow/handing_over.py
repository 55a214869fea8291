"""What changes hands when a CCN gets its first PSO or loses its last (rules 15 and 17).

Who decides is derived from whether the CCN has an active PSO, so nothing is rewritten here: the
step is put on record for each request it concerns, and the people concerned are told.
"""

from __future__ import annotations

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, QuerySet

from access_requests.models import AccessRequest, Authority, EventType, RoleAssignment
from access_requests.workflow.trail import record_each
from accounts.models import User
from providers.models import Provider


def open_beside(approved: AccessRequest) -> tuple[list[AccessRequest], list[AccessRequest]]:
    """What a new PSO finds open at the CCN: requests of other people, and their own.

    Of the first, `requester_was_sole_pso` marks those that nobody could decide until now.
    """
    psos = (
        RoleAssignment.objects.active()
        .psos()
        .filter(provider=approved.provider)
        .exclude(user=approved.requester)
    )
    was_sole = Exists(psos.filter(user=OuterRef("requester"))) & ~Exists(
        psos.exclude(user=OuterRef("requester"))
    )
    marked = {"requester_was_sole_pso": ExpressionWrapper(was_sole, BooleanField())}
    found = list(_open_at(approved.provider).annotate(**marked))
    own = [each for each in found if each.requester_id == approved.requester_id]
    others = [each for each in found if each.requester_id != approved.requester_id]
    return others, own


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
    others = list(_open_at(provider))
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


def _open_at(provider: Provider) -> QuerySet[AccessRequest]:
    return (
        AccessRequest.objects.open()
        .filter(provider=provider)
        .select_related("requester", "role", "provider")
        .order_by("pk")
    )
