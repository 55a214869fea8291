"""Whether a person can hold a role at a provider (rules 5, 7, 9, 11 and 18).

Asked when a request is submitted and again when it is approved. Dates are asked only when
submitting (rule 3), by the workflow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from allauth.account.models import EmailAddress
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from access_requests import email_rule
from access_requests.models import PSO, AccessRequest, Affiliation, Role
from access_requests.statement import NotEligible, Statement
from accounts.models import User
from providers.models import Provider


@dataclass(frozen=True)
class Facts:
    """What a person asks for or holds, and whether their address is verified."""

    address_is_verified: bool
    is_vendor_here: bool
    is_pso_here: bool
    pso_ccns_elsewhere: int

    @classmethod
    def of(cls, access_request: AccessRequest) -> Facts:
        """Those of the requester, read with the request by with_facts()."""
        return cls(**{each.name: getattr(access_request, each.name) for each in fields(cls)})


def with_facts(requests: QuerySet[AccessRequest]) -> QuerySet[AccessRequest]:
    """Read beside each request what its requester asks for and holds: no further query."""
    return requests.annotate(
        **_expressions(OuterRef("requester"), OuterRef("provider"), OuterRef("requester__email"))
    )


def facts_about(person: User, provider: Provider) -> Facts:
    """The same of a person who has not asked yet. One query."""
    facts = _expressions(OuterRef("pk"), provider, OuterRef("email"))
    row = User.objects.values_list(*facts.values()).get(pk=person.pk)
    return Facts(*row)


def require_eligible(
    *,
    person: User,
    provider: Provider,
    role: Role,
    statement: Statement,
    standing: Facts,
    size_of: Callable[[Provider], int | None] = Provider.organization_size,
) -> None:
    """Raise NotEligible unless this person can hold this role here now.

    `size_of`: for whoever has counted the organizations of several providers at once.

    The caller has held the provider's lock since before it read the facts, so nobody becomes a
    vendor or a PSO here meanwhile.
    """
    _require_account(person, standing)
    if not provider.is_open:
        raise NotEligible(
            _("This provider has closed, so nobody can get access there."), field="ccn"
        )
    _require_affiliation(standing, role, statement.affiliation)
    email_rule.require_acceptable(
        domain=person.email_domain,
        provider=provider,
        statement=statement,
        pso_ccns=1 + standing.pso_ccns_elsewhere if role.is_pso else 0,
        size_of=size_of,
    )


def _expressions(
    person: OuterRef, provider: OuterRef | Provider, email: OuterRef
) -> dict[str, Combinable]:
    theirs = AccessRequest.objects.open_or_held().filter(requester=person)
    here = theirs.filter(provider=provider)
    psos_elsewhere = theirs.for_pso_role().exclude(provider=provider).order_by()
    counted = psos_elsewhere.values("requester").annotate(n=Count("provider", distinct=True))
    verified = EmailAddress.objects.filter(user=person, email__iexact=email, verified=True)
    return {
        "address_is_verified": Exists(verified),
        "is_vendor_here": Exists(here.filter(affiliation=Affiliation.VENDOR)),
        "is_pso_here": Exists(here.filter(role=PSO)),
        "pso_ccns_elsewhere": Coalesce(
            Subquery(counted.values("n"), output_field=IntegerField()), 0
        ),
    }


def _require_account(person: User, standing: Facts) -> None:
    if not person.is_active:
        raise NotEligible(_("This account is not active."))
    if person.is_cms:
        raise NotEligible(
            _("CMS reviewers and Service Center agents cannot hold a role at a provider.")
        )
    if not standing.address_is_verified:
        raise NotEligible(_("The email address of this account is not verified yet."))


def _require_affiliation(standing: Facts, role: Role, affiliation: Affiliation) -> None:
    if affiliation == Affiliation.VENDOR:
        if role.is_pso:
            raise NotEligible(
                _(
                    "A vendor cannot be a Provider Security Official (PSO). The PSO must work "
                    "for the provider or for the organization that owns or operates it."
                ),
                field="affiliation",
            )
        if not role.open_to_vendors:
            raise NotEligible(
                _("Vendors cannot hold this role. Choose another role."), field="role"
            )
        if standing.is_pso_here:
            raise NotEligible(
                _(
                    "You are, or have asked to be, a PSO at this CCN, so you cannot be a vendor "
                    "there as well."
                ),
                field="affiliation",
            )
    elif role.is_pso and standing.is_vendor_here:
        raise NotEligible(
            _(
                "A vendor at this CCN cannot be its PSO. Whoever has a vendor's role or an open "
                "vendor's request there must first give it up or withdraw it."
            ),
            field="affiliation",
        )
