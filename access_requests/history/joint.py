"""Letters about a request and others at once, which name no request. Those about all that was filed
together are found by the form or by the invitation that it came of; reminders, by a row for each
request that they were about."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access_requests.groups import letters as of_groups
from access_requests.history.reading import Reading
from access_requests.invitations import letters as of_invitations
from access_requests.models import (
    PSO,
    AccessRequest,
    Invitation,
    RequestGroup,
    RoleAssignment,
    SharedNotice,
)
from accounts.models import CmsRole, Notice, User
from accounts.notices import Delivery, deliveries

# Their subjects say how many wait for one approver, or how much one person asks for: that is for
# their readers and CMS alone.
_SAID_TO_OTHERS = {
    "requests_wait": _("Reminder to decide this request"),
    "request_nudged": _("The requester asks to look at this request"),
    "service_center_can_help": _("The Service Center can help with this request"),
}


def told(access_request: AccessRequest, viewer: User) -> list[Delivery]:
    """What the history of the request shows to this person. Two queries for most, four at most."""
    return [*_filed(access_request, viewer), *_reminded(access_request, viewer)]


def known(reading: Reading, notice: str, *, asked: str = "") -> Q:
    """Which letters about all that was filed at once this person may know of, as told() has them.
    `notice`: the way to the letter, `asked`: to the request, from a row of the query."""
    to, viewer = f"{notice}recipient", reading.viewer
    may = Q(**{to: viewer}) | Q(**{to: F(f"{asked}requester")})
    if not viewer.is_cms:
        return may
    psos = RoleAssignment.objects.psos().filter(provider=reading.provider)
    to_cms = Q(**{f"{asked}role": PSO, f"{to}__cms_role": CmsRole.REVIEWER})
    return may | Q(**{f"{to}__in": psos.values("user")}) | to_cms


def _filed(access_request: AccessRequest, viewer: User) -> list[Delivery]:
    group = RequestGroup.objects.filter(lines__access_request=access_request).first()
    if group is not None:
        group.requester = access_request.requester
        return of_groups.deliveries_of(group, viewer, access_request)
    if access_request.invitation_id is None:
        return []
    invitation = Invitation.objects.get(access_request=access_request)
    return of_invitations.told_of(invitation, access_request, viewer)


def _reminded(access_request: AccessRequest, viewer: User) -> list[Delivery]:
    about = SharedNotice.objects.filter(access_request=access_request)
    found = deliveries(Notice.objects.filter(pk__in=about.values("notice")))
    return [
        each
        if viewer.is_cms or each.recipient.pk == viewer.pk
        else replace(each, subject=str(_SAID_TO_OTHERS[each.kind]))
        for each in found
    ]
