"""Whether one locked request may be approved: asked alike of one and of several at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import Count

from access_requests import policy
from access_requests.eligibility import Facts, require_eligible
from access_requests.models import AccessRequest, Authority
from access_requests.personal_domains import is_personal
from access_requests.policy import Refusal, StepRefused
from access_requests.seen import fingerprint
from access_requests.statement import Statement
from accounts.models import User
from providers.models import Provider


def require_approvable(
    access_request: AccessRequest,
    *,
    by: User,
    seen: str | None,
    size_of: Callable[[Provider], int | None] = Provider.organization_size,
) -> Authority:
    """In whose name this person approves it. Raises StepRefused, or NotEligible when the requester
    cannot hold the role now.

    The request is locked and comes with its standing and with eligibility.with_facts(). `seen` is
    the fingerprint of what the decider read; None where no page was read.
    """
    authority = policy.authority_to_decide(by, access_request)
    if seen is not None and seen != fingerprint(access_request):
        raise StepRefused(Refusal.CHANGED_MEANWHILE)
    require_eligible(
        person=access_request.requester,
        provider=access_request.provider,
        role=access_request.role,
        statement=Statement.of(access_request),
        standing=Facts.of(access_request),
        size_of=size_of,
    )
    return authority


def organization_sizes(requests: Sequence[AccessRequest]) -> Callable[[Provider], int | None]:
    """Provider.organization_size() for all of these, in one query if anybody's address needs it."""
    chains = {
        each.provider.chain_id
        for each in requests
        if each.provider.chain_id and is_personal(each.requester.email_domain)
    }
    counted = Provider.objects.filter(chain__in=chains, closed_on=None).order_by()
    sizes = dict(counted.values_list("chain").annotate(Count("pk"))) if chains else {}
    return lambda provider: sizes.get(provider.chain_id, 0) if provider.chain_id else None
