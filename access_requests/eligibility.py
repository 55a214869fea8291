"""Whether a person can hold a role at a provider (rules 5, 7, 9, 11 and 18).

Asked when a request is submitted and again when it is approved. Dates are asked only when
submitting (rule 3), by the workflow.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils.translation import gettext as _

from access_requests import email_rule
from access_requests.models import (
    PSO,
    AccessRequest,
    Affiliation,
    Role,
    RoleAssignment,
)
from access_requests.statement import NotEligible, Statement
from accounts.models import User
from providers.models import Provider


def require_eligible(*, person: User, provider: Provider, role: Role, statement: Statement) -> None:
    """Raise NotEligible unless this person can hold this role here now.

    The caller holds the provider's lock, so nobody becomes a vendor or a PSO here meanwhile.
    """
    _require_account(person)
    if not provider.is_open:
        raise NotEligible(
            _("This provider has closed, so nobody can get access there."), field="ccn"
        )
    _require_affiliation(person, provider, role, statement.affiliation)
    email_rule.require_acceptable(person=person, provider=provider, role=role, statement=statement)


def _require_account(person: User) -> None:
    if not person.is_active:
        raise NotEligible(_("This account is not active."))
    if person.is_cms:
        raise NotEligible(
            _("CMS reviewers and Service Center agents cannot hold a role at a provider.")
        )
    verified = EmailAddress.objects.filter(
        user=person, email__iexact=person.email, verified=True
    ).exists()
    if not verified:
        raise NotEligible(_("The email address of this account is not verified yet."))


def _require_affiliation(
    person: User, provider: Provider, role: Role, affiliation: Affiliation
) -> None:
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
        if _is_at(person, provider, Q(role=PSO)):
            raise NotEligible(
                _(
                    "You are, or have asked to be, a PSO at this CCN, so you cannot be a vendor "
                    "there as well."
                ),
                field="affiliation",
            )
    elif role.is_pso and _is_at(person, provider, Q(affiliation=Affiliation.VENDOR)):
        raise NotEligible(
            _(
                "A vendor at this CCN cannot be its PSO. Whoever has a vendor's role or an open "
                "vendor's request there must first give it up or withdraw it."
            ),
            field="affiliation",
        )


def _is_at(person: User, provider: Provider, as_what: Q) -> bool:
    """Whether the person has an open request or a role not ended of this sort here."""
    asked = AccessRequest.objects.open().filter(as_what, requester=person, provider=provider)
    holds = RoleAssignment.objects.not_ended().filter(as_what, user=person, provider=provider)
    return asked.values("pk").union(holds.values("pk"), all=True).exists()
