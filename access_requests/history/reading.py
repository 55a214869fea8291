"""Who reads the history of a CCN, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from django.db.models import QuerySet, Value

from access_requests import policy
from access_requests.models import AccessRequest, DayEvent, DeskEvent, Invitation
from access_requests.timeline import STEPS
from accounts.models import AuditEvent, User
from providers.models import Provider

# A person's requests at one CCN are a handful, and so are their invitations; nobody has more of
# them than this.
MOST_OWN = 200

# What happens to an invitation as long as no request has come of it.
_OF_INVITATIONS = frozenset(
    str(each)
    for each in (
        DayEvent.INVITED,
        DayEvent.INVITATION_DECLINED,
        DayEvent.INVITATION_WITHDRAWN,
        DayEvent.INVITATION_EXPIRED,
    )
)
# What else happens at a CCN and belongs to no request.
_OF_CCN = frozenset(
    {str(DayEvent.SECOND_PSO_SOUGHT), str(DeskEvent.CCN_GIVEN)}
    | {"provider_closed", "provider_reopened"}
)
# What CMS does at its desk stays inside CMS: who was called, who reported whom.
_OF_CMS = frozenset(
    str(each)
    for each in (
        DeskEvent.CONTACT_ATTEMPTED,
        DeskEvent.CHECK_CONFIRMED,
        DeskEvent.CHECKLIST_KEPT,
        DeskEvent.APPROVED_UNSETTLED,
        DeskEvent.CLAIM_CONFIRMED,
        DeskEvent.CLAIM_TOLD,
        DeskEvent.EMPLOYMENT_REPORTED,
        DeskEvent.EMPLOYMENT_REPORT_SETTLED,
        DeskEvent.REACH_ATTEMPTED,
        DeskEvent.CONTACT_ADDED,
        DeskEvent.CONTACT_REMOVED,
        DeskEvent.UNLISTED_ADDED,
    )
)


class Share(Enum):
    """How much of a CCN's history a person reads."""

    OWN = "own"
    ALL = "all"


class Own(NamedTuple):
    """What somebody reads of a CCN that is theirs: what they asked for, and whom they invited."""

    requests: list[int]
    invitations: list[int]


@dataclass(frozen=True)
class Reading:
    """One person before the history of one CCN, or of one request there."""

    viewer: User
    provider: Provider
    share: Share

    @property
    def sees_all(self) -> bool:
        return self.share is Share.ALL

    @cached_property
    def names_shown(self) -> bool:
        """One query for those who read their own part alone."""
        return self.sees_all or policy.may_see_pso_names(self.viewer, self.provider)

    @cached_property
    def own(self) -> Own:
        """Two parts of one query."""
        asked = AccessRequest.objects.filter(requester=self.viewer, provider=self.provider)
        sent = Invitation.objects.filter(invited_by=self.viewer, provider=self.provider)
        parts = [
            rows.annotate(which=Value(which)).order_by("pk").values_list("which", "pk")[:MOST_OWN]
            for which, rows in enumerate((asked, sent))
        ]
        found = sorted(parts[0].union(parts[1], all=True))
        return Own(*([pk for part, pk in found if part == which] for which in range(2)))

    @property
    def types(self) -> frozenset[str]:
        if not self.sees_all:
            return STEPS | _OF_INVITATIONS
        of_cms = _OF_CMS if self.viewer.is_cms else frozenset()
        return STEPS | _OF_INVITATIONS | _OF_CCN | of_cms

    def branches(self, lines: QuerySet[AuditEvent]) -> list[QuerySet[AuditEvent]]:
        """Those of these lines that it is made of, oldest first, each by an index of its own.

        For a CCN with many lines the planner would walk the whole trail in the order of its
        numbers until a page is full. As a range, and sorted by the CCN too, only the index on the
        CCN can answer it.
        """
        if not self.sees_all:
            mine = [lines.filter(request_id__in=self.own.requests).order_by("pk")]
            if not self.own.invitations:
                return mine
            sent = lines.filter(request_id=None, details__invitation__in=self.own.invitations)
            return mine + self._of_ccn(sent)
        return self._of_ccn(lines)

    def _of_ccn(self, lines: QuerySet[AuditEvent]) -> list[QuerySet[AuditEvent]]:
        spellings = [each for each in (self.provider.ccn, self.provider.provisional_id) if each]
        return [
            lines.filter(ccn__gte=each, ccn__lte=each).exclude(ccn="").order_by("ccn", "pk")
            for each in dict.fromkeys(spellings)
        ]


def of_provider(viewer: User, provider: Provider) -> Reading | None:
    """None for whoever has never asked for a role there: for them there is no such page."""
    if policy.may_see_people(viewer, provider):
        return Reading(viewer, provider, Share.ALL)
    asked = AccessRequest.objects.filter(requester=viewer, provider=provider)
    return Reading(viewer, provider, Share.OWN) if asked.exists() else None


def of_request(viewer: User, access_request: AccessRequest) -> Reading:
    """The request comes from with_standing(…, viewer) and is one that this person may open."""
    sees_all = viewer.is_cms or access_request.viewer_is_pso
    share = Share.ALL if sees_all else Share.OWN
    return Reading(viewer, access_request.provider, share)
