"""What stands beside each CCN of the list, in two queries however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.models import (
    AccessRequest,
    AssignmentStatus,
    Authority,
    Contact,
    EndedHow,
    RoleAssignment,
)
from access_requests.orphans.finding import Found, Why
from providers.models import Provider


@dataclass
class Row:
    found: Found
    provider: Any
    # Those who hold the role; of a CCN that lost its last PSO, that one.
    psos: list[RoleAssignment] = field(default_factory=list)

    @property
    def is_lost(self) -> bool:
        return self.found.why == Why.LOST

    @property
    def is_unattended(self) -> bool:
        return self.found.why == Why.UNATTENDED

    @property
    def waiting(self) -> int:
        return int(self.provider.waiting)

    @property
    def asking(self) -> int:
        """How many ask to be PSO."""
        return int(self.provider.asking)

    @property
    def contacts(self) -> int:
        return int(self.provider.contacts_known)

    @property
    def last_decision(self) -> datetime | None:
        decided: datetime | None = self.provider.last_decision
        return decided

    @property
    def what(self) -> str:
        match self.found.why:
            case Why.LOST:
                return _("No PSO any more")
            case Why.IDLE:
                return _("Its PSOs cannot act")
            case _:
                return _("Nobody attends the queue")

    @property
    def how(self) -> str:
        """How it came to this."""
        if self.is_unattended:
            return _("Its PSOs have not decided what has waited longest.")
        if not self.is_lost:
            return " ".join(sorted({_why_idle(each) for each in self.psos}))
        return how_it_ended(self.psos[0]) if self.psos else ""

    @property
    def next_step(self) -> str:
        if self.is_unattended:
            return _("Reach its PSOs, and write down each attempt.")
        if self.asking:
            words = ngettext(
                "Decide: %(n)d person asks to be PSO.",
                "Decide: %(n)d people ask to be PSO.",
                self.asking,
            )
            return words % {"n": self.asking}
        if not self.is_lost:
            return _("Reach its PSOs, or revoke their roles so that CMS can approve another PSO.")
        if self.contacts:
            return _("Call a contact: somebody there must ask to be PSO.")
        if self.provider.phone:
            return _("Call the phone of record, ask for the administrator, and enter a contact.")
        return _("Look up how to reach it, and enter a contact.")


def rows_for(found: Sequence[Found]) -> list[Row]:
    ids = [each.provider_id for each in found]
    providers = _with_figures(Provider.objects.filter(pk__in=ids)).in_bulk()
    rows = {each.provider_id: Row(each, providers[each.provider_id]) for each in found}
    last = [each.row for each in found if each.why == Why.LOST]
    held = RoleAssignment.objects.filter(provider__in=ids, role="pso")
    held = held.filter(~Q(status=AssignmentStatus.ENDED) | Q(pk__in=last))
    for assignment in held.select_related("user").order_by("granted_at", "pk"):
        rows[assignment.provider_id].psos.append(assignment)
    return list(rows.values())


def how_it_ended(assignment: RoleAssignment) -> str:
    match assignment.ended_how:
        case EndedHow.REVOKED:
            return _("Revoked: %(reason)s") % {"reason": assignment.end_reason}
        case EndedHow.GIVEN_UP:
            return _("The last PSO gave the role up.")
        case EndedHow.PROVIDER_CLOSED:
            return _("The provider was closed for a while.")
        case _:
            return str(assignment.get_ended_how_display())


def _why_idle(assignment: RoleAssignment) -> str:
    if assignment.status == AssignmentStatus.SUSPENDED:
        return _("The PSO’s role is suspended.")
    return _("The PSO’s account is switched off.")


def _with_figures(providers: QuerySet[Provider]) -> QuerySet[Provider]:
    asked = AccessRequest.objects.open().filter(provider=OuterRef("pk"))
    decided = AccessRequest.objects.filter(provider=OuterRef("pk"), decided_as=Authority.PSO)
    known = Contact.objects.filter(provider=OuterRef("pk"), removed_at=None)
    return providers.select_related("chain").annotate(
        **{
            "waiting": _number(asked, "provider"),
            "asking": _number(asked.for_pso_role(), "provider"),
            "contacts_known": _number(known, "provider"),
            "last_decision": Subquery(
                decided.order_by().values("provider").annotate(last=Max("ended_at")).values("last")
            ),
        }
    )


def _number(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
