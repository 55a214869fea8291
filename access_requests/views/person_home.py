"""Home of whoever is not CMS: what waits for them, what they asked for, what they hold."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from access_requests import policy, queue
from access_requests.invitations import mine, second
from access_requests.models import (
    AccessRequest,
    AssignmentStatus,
    RoleAssignment,
    Status,
    UnlistedProvider,
)
from access_requests.now import in_a_few_words, with_psos_counted
from access_requests.readiness.counts import Readiness
from access_requests.views.errands import Errand
from access_requests.waiting import parts as waiting
from accounts.models import User

MOST_LISTED = 5
MOST_ROLES = 25


def context(user: User) -> dict[str, Any]:
    """The same number of queries for one CCN and for 340."""
    # What invites them is read beside their roles: a home takes no query more for it.
    held = waiting.with_absence(held_by(user)).annotate(**mine.facts(user))
    roles = list(held.order_by("role__position", "provider__name", "pk")[: MOST_ROLES + 1])
    requests = policy.with_standing(AccessRequest.objects.open().filter(requester=user), user)
    # Returned before pending: a question that waits for an answer is never left out.
    my_requests = list(
        with_psos_counted(requests)
        .select_related("provider", "role")
        .order_by("-status", "-pk")[: MOST_LISTED + 1]
    )
    has_more_requests = len(my_requests) > MOST_LISTED
    my_requests = my_requests[:MOST_LISTED]
    # The PSO role stands first among the roles.
    is_pso = any(each.role.is_pso for each in roles)
    alone = second.context(user) if is_pso else {}
    return {
        "is_pso": is_pso,
        "invited": mine.invited(user, roles),
        "waiting": queue.count(user) if is_pso else 0,
        "most_counted": queue.MOST_COUNTED,
        "roles": [(each, Readiness(each.psos_here)) for each in roles[:MOST_ROLES]],
        "last_role": None if roles else _last_role(user),
        "has_more_requests": has_more_requests,
        "has_more_roles": len(roles) > MOST_ROLES,
        "errands": _errands() if is_pso else [],
        **alone,
        **waiting.on_home(roles),
        "my_requests": [(each, in_a_few_words(each, user)) for each in my_requests],
        "missing": list(
            UnlistedProvider.objects.filter(
                reporter=user, status=UnlistedProvider.State.OPEN
            ).order_by("-pk")[:MOST_LISTED]
        ),
        "to_answer": [each for each in my_requests if each.status == Status.RETURNED],
    }


def held_by(user: User) -> QuerySet[RoleAssignment]:
    """Each with the number of active PSOs at its CCN, `psos_here`."""
    psos = Coalesce(F("provider__readiness__psos"), Value(0))
    held = RoleAssignment.objects.not_ended().filter(user=user)
    return held.annotate(**{"psos_here": psos}).select_related("provider", "role")


def _last_role(user: User) -> RoleAssignment | None:
    """Of whoever holds none any more: they read what they had, and not how to begin."""
    ended = RoleAssignment.objects.filter(user=user, status=AssignmentStatus.ENDED)
    return ended.select_related("provider", "role").order_by("-ended_at").first()


def _errands() -> list[Errand]:
    """Of a PSO."""
    return [
        Errand(
            _("People"),
            _("Everyone with a role at your CCNs: last days, revoking, a file of them all."),
            reverse("people:list"),
        ),
        Errand(
            _("Coverage"),
            _("How many PSOs each of your CCNs has, and who can decide today."),
            reverse("coverage:mine"),
        ),
        Errand(
            _("Invitations"),
            _("Invite a colleague or a vendor’s person, and see what became of it."),
            reverse("invitations:list"),
        ),
        Errand(
            _("Absence"),
            _("Say when you are away: requesters read until when, and you get no reminders."),
            reverse("waiting:absence"),
        ),
        Errand(
            _("Email preferences"),
            _("An email for each request, or one a day."),
            reverse("access_requests:email_preferences"),
        ),
    ]
