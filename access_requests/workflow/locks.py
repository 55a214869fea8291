"""The locks every step takes, always in this order: person, provider, request.

The rule turns on whether the provider has an active PSO. Whoever changes that, and whoever
judges by it, holds the provider's row: two decisions about one CCN never overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import QuerySet

from access_requests import policy
from access_requests.models import AccessRequest, RoleAssignment
from accounts.models import User
from providers.models import Provider

Requests = QuerySet[AccessRequest]


def lock_person(user_id: int) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user_id)


def lock_provider(provider_id: int) -> Provider:
    return Provider.objects.select_for_update(no_key=True).get(pk=provider_id)


def lock_request(
    request_id: int, user: User, *, also: Callable[[Requests], Requests] = lambda same: same
) -> AccessRequest:
    """The locked request with its standing for this person, and what `also` reads beside it.

    Raises AccessRequest.DoesNotExist when there is none that this person may see.
    """
    provider = _lock_provider_of(request_id)
    # A statement of its own: it sees what the holder of the lock before us has committed.
    access_request = (
        also(policy.with_standing(policy.visible_requests(user), user))
        .select_related("requester", "role", "decided_by", "invitation")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=request_id)
    )
    access_request.provider = provider
    return access_request


def lock_requests(
    request_ids: Sequence[int], user: User, *, also: Callable[[Requests], Requests]
) -> list[AccessRequest]:
    """The same of several at once: those of them that this person may see, in two statements.

    Providers, then requests, each in the order of their ids, as whoever locks several takes them.
    """
    of_these = AccessRequest.objects.filter(pk__in=request_ids).values("provider")
    homes = _lock_providers(Provider.objects.filter(pk__in=of_these))
    requests = list(
        also(policy.with_standing(policy.visible_requests(user), user))
        .select_related("requester", "role", "decided_by", "invitation")
        .filter(pk__in=request_ids, provider__in=homes)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    for each in requests:
        each.provider = homes[each.provider_id]
    return requests


def lock_request_for_system(request_id: int) -> AccessRequest:
    provider = _lock_provider_of(request_id)
    access_request = (
        AccessRequest.objects.select_related("requester", "role")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=request_id)
    )
    access_request.provider = provider
    return access_request


def lock_assignment(assignment_id: int, user: User) -> RoleAssignment:
    """The locked role; raises RoleAssignment.DoesNotExist when this person may see none."""
    provider = Provider.objects.select_for_update(of=("self",), no_key=True).filter(
        role_assignments=assignment_id
    )
    locked = provider.first()
    if locked is None:
        raise RoleAssignment.DoesNotExist
    assignment = (
        policy.visible_assignments(user)
        .select_related("user", "role")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=assignment_id)
    )
    assignment.provider = locked
    return assignment


def lock_assignments(assignment_ids: Sequence[int], user: User) -> list[RoleAssignment]:
    """Those of them that this person may see, locked as by lock_requests()."""
    of_these = RoleAssignment.objects.filter(pk__in=assignment_ids).values("provider")
    homes = _lock_providers(Provider.objects.filter(pk__in=of_these))
    assignments = list(
        policy.visible_assignments(user)
        .select_related("user", "role")
        .filter(pk__in=assignment_ids, provider__in=homes)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    for each in assignments:
        each.provider = homes[each.provider_id]
    return assignments


def _lock_providers(providers: QuerySet[Provider]) -> dict[int, Provider]:
    locked = (
        providers.select_related("chain")
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    return {each.pk: each for each in locked}


def _lock_provider_of(request_id: int) -> Provider:
    provider = (
        Provider.objects.select_for_update(of=("self",), no_key=True)
        .filter(access_requests=request_id)
        .order_by()
        .first()
    )
    if provider is None:
        raise AccessRequest.DoesNotExist
    return provider
