"""What must hold before an invitation goes out, beyond who may invite where (rules)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from access_requests import email_rule
from access_requests.asking_rules import require_open_for_asking
from access_requests.invitations import rules
from access_requests.invitations.ending import How, end
from access_requests.invitations.rules import CannotInvite, Place
from access_requests.models import Affiliation, Role, RoleAssignment
from access_requests.statement import NotEligible, Statement
from accounts.models import User
from providers.models import Program, Provider

MOST_CCNS = 50


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked of whom. `address` as it was typed."""

    address: str
    name: str
    role: Role
    affiliation: Affiliation
    ends_on: date | None
    days: int
    form_key: uuid.UUID


def places_for(by: User, wanted: set[int]) -> list[Place]:
    places = [each for each in rules.places_of(by) if each.provider.pk in wanted]
    if not places or len(places) < len(wanted):
        raise CannotInvite(
            _(
                "You can invite to CCNs where you are PSO, or where your own request waits for "
                "one. Look at your list again."
            ),
            field="places",
        )
    if len(places) > MOST_CCNS:
        raise CannotInvite(
            _("One invitation is for at most %(number)d CCNs. Send another for the rest.")
            % {"number": MOST_CCNS},
            field="places",
        )
    return places


def require_possible(wanted: Wanted, places: Sequence[Place], *, by: User) -> None:
    role = wanted.role
    if wanted.address.lower() == by.email.lower():
        raise CannotInvite(_("This is your own address."), field="address")
    if not role.is_pso and any(each.only_psos for each in places):
        raise CannotInvite(
            _("While you wait for a PSO, you can invite a colleague to become PSO only."),
            field="role",
        )
    if wanted.affiliation == Affiliation.VENDOR and not role.open_to_vendors:
        raise CannotInvite(
            _("A vendor’s person cannot hold this role. Choose another role."), field="role"
        )
    if role.is_pso and wanted.ends_on:
        raise CannotInvite(
            _("The PSO role has no last day. Leave this empty, or choose another role."),
            field="ends_on",
        )
    programs, now = list(Program.objects.all()), timezone.now()
    for kind in {each.provider.kind: each.provider for each in places}.values():
        try:
            require_open_for_asking(kind, role, now, programs)
        except NotEligible as refusal:
            raise CannotInvite(str(refusal), field="role") from refusal


def why_not_personal(address: str, role: Role, places: Sequence[Place]) -> str:
    """What an account with this address could not get there, whatever its owner states; empty:
    nothing. They may have an account with another address, so that it forbids no invitation."""
    said = Statement(
        affiliation=Affiliation.EMPLOYED,
        job_title="",
        employer="",
        attests_no_corporate_email=True,
        attests_small_organization=True,
    )
    for provider in _one_of_each_chain(places):
        try:
            email_rule.require_acceptable(
                domain=address.rpartition("@")[2],
                provider=provider,
                statement=said,
                pso_ccns=len(places) if role.is_pso else 0,
            )
        except NotEligible as refusal:
            return _not_personal(refusal, provider, number=len(places))
    return ""


def _one_of_each_chain(places: Sequence[Place]) -> list[Provider]:
    """And one of those without. The rule asks how many providers the chain has."""
    return list({each.provider.chain_id: each.provider for each in places}.values())


def _not_personal(refusal: NotEligible, provider: Provider, *, number: int) -> str:
    if refusal.field == "pso_ccns":
        said = _(
            "This is a personal address. With it nobody can be PSO of all the %(number)d CCNs. To "
            "accept all of them, the person needs an account with the address that their "
            "organization gives them."
        )
        return said % {"number": number}
    said = _(
        "This is a personal address, which is not accepted at %(name)s (CCN %(ccn)s): its chain "
        "has too many providers for that. To accept, the person needs an account with the address "
        "that their organization gives them."
    )
    return said % {"name": provider.display_name, "ccn": provider.ccn}


def require_no_other(wanted: Wanted, places: Sequence[Place], *, by: User) -> None:
    ids = [each.provider.pk for each in places]
    # Old ones that the sweep has not ended yet stand in nobody's way.
    theirs = rules.expired(timezone.now()).filter(invited_by=by, address__iexact=wanted.address)
    old = theirs.select_related("provider").select_for_update(of=("self",), no_key=True)
    end(list(old.order_by("pk")), How.EXPIRED, by=None)
    other = rules.open_to(wanted.address, ids, wanted.role.pk, by).select_related("provider")
    if found := other.first():
        raise CannotInvite(
            _(
                "This person was already invited to this role at CCN %(ccn)s. The invitation is "
                "open until %(date)s: send it again from the list of invitations, or withdraw it."
            )
            % {"ccn": found.provider.ccn, "date": date_format(found.last_day, "F j, Y")},
            field="address",
        )
    # A PSO may read who has a role at their CCNs; who only waits there may not find it out so.
    mine = [each.provider.pk for each in places if not each.only_psos]
    held = RoleAssignment.objects.not_ended().filter(
        provider__in=mine, role=wanted.role, user__email__iexact=wanted.address
    )
    if ccn := held.values_list("provider__ccn", flat=True).first():
        raise CannotInvite(
            _("This person already has this role at CCN %(ccn)s.") % {"ccn": ccn}, field="address"
        )
