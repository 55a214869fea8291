"""What would be refused if it were submitted now: many CCNs in a handful of queries.

The rules are those of submitting, asked one line after the other, each as if those before it had
been filed. Submitting asks them again, under its locks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from access_requests.asking_rules import asked_already, held_already, require_open_for_asking
from access_requests.eligibility import Facts, facts_about, require_eligible
from access_requests.models import (
    OPEN_STATUSES,
    PSO,
    AccessRequest,
    Affiliation,
    Role,
    RoleAssignment,
    Status,
)
from access_requests.policy import Waiting, waiting_on
from access_requests.statement import NotEligible, Statement
from access_requests.workflow.asking import require_administrator
from accounts.models import User
from providers.models import Program, Provider

# A provider's row number and a role's code.
Key = tuple[int, str]
# By a provider's row number: the accounts of its PSOs.
Psos = Mapping[int, set[int]]


@dataclass
class _Standing:
    """What the person asks for and holds, with what would come to it."""

    address_is_verified: bool
    asked: dict[Key, int] = field(default_factory=dict)
    held: set[Key] = field(default_factory=set)
    vendor_at: set[int] = field(default_factory=set)
    pso_at: set[int] = field(default_factory=set)

    def facts_at(self, provider: Provider) -> Facts:
        return Facts(
            address_is_verified=self.address_is_verified,
            is_vendor_here=provider.pk in self.vendor_at,
            is_pso_here=provider.pk in self.pso_at,
            pso_ccns_elsewhere=len(self.pso_at - {provider.pk}),
        )

    def add(self, provider_id: int, role_code: str, affiliation: str) -> None:
        if role_code == PSO:
            self.pso_at.add(provider_id)
        if affiliation == Affiliation.VENDOR:
            self.vendor_at.add(provider_id)


def refusals(
    person: User,
    providers: Sequence[Provider],
    roles: Sequence[Role],
    statement: Statement,
    psos: Psos,
) -> dict[Key, NotEligible]:
    """Those of these requests that would be refused, each with why."""
    if not providers:
        return {}
    standing = _standing_of(person, providers)
    programs = list(Program.objects.order_by("code"))
    found: dict[Key, NotEligible] = {}
    # Of a personal address: the same for every provider of a chain, and a count of it each time.
    of_chain: dict[int, NotEligible] = {}
    for provider in providers:
        for role in roles:
            try:
                require_open_for_asking(provider, role, timezone.now(), programs)
                _require_not_asked(standing, provider, role)
                if provider.chain_id in of_chain:
                    raise of_chain[provider.chain_id]
                require_eligible(
                    person=person,
                    provider=provider,
                    role=role,
                    statement=statement,
                    standing=standing.facts_at(provider),
                )
                if role.is_pso and provider.pk not in psos:
                    require_administrator(statement)
            except NotEligible as refusal:
                found[provider.pk, role.code] = refusal
                if refusal.field == "email" and provider.chain_id is not None:
                    of_chain[provider.chain_id] = refusal
            else:
                standing.add(provider.pk, role.code, statement.affiliation)
    return found


def _require_not_asked(standing: _Standing, provider: Provider, role: Role) -> None:
    if request_id := standing.asked.get((provider.pk, role.code)):
        raise asked_already(request_id)
    if (provider.pk, role.code) in standing.held:
        raise held_already()


def _standing_of(person: User, providers: Iterable[Provider]) -> _Standing:
    here = [provider.pk for provider in providers]
    verified = facts_about(person, Provider(pk=here[0])).address_is_verified
    standing = _Standing(address_is_verified=verified)
    theirs = AccessRequest.objects.open_or_held().filter(requester=person)
    rows = theirs.filter(Q(provider__in=here) | Q(role=PSO)).values_list(
        "pk", "provider_id", "role_id", "affiliation", "status"
    )
    for pk, provider_id, role_code, affiliation, status in rows:
        standing.add(provider_id, role_code, affiliation)
        if status in OPEN_STATUSES:
            standing.asked[provider_id, role_code] = pk
        else:
            standing.held.add((provider_id, role_code))
    return standing


def psos_at(providers: Iterable[Provider]) -> Psos:
    """Who is PSO there now; providers without one are left out. One query."""
    psos = RoleAssignment.objects.active().psos()
    here = psos.filter(provider__in=[provider.pk for provider in providers])
    found: dict[int, set[int]] = defaultdict(set)
    for provider_id, user_id in here.values_list("provider_id", "user_id"):
        found[provider_id].add(user_id)
    return dict(found)


def would_wait_on(person: User, provider: Provider, role: Role, psos: Psos) -> Waiting:
    """Who would have a request of this person, were it filed now: the policy's own answer."""
    here = psos.get(provider.pk, set())
    asked = AccessRequest(requester=person, provider=provider, role=role, status=Status.PENDING)
    asked.ccn_has_pso, asked.ccn_has_other_pso = bool(here), bool(here - {person.pk})
    return waiting_on(asked)
