"""Letters about a request and others at once: they name no request, so they are found by the form
or by the invitation that it came of."""

from __future__ import annotations

from access_requests.groups import letters as of_groups
from access_requests.invitations import letters as of_invitations
from access_requests.models import AccessRequest, Invitation, RequestGroup
from accounts.models import User
from accounts.notices import Delivery


def told(access_request: AccessRequest, viewer: User) -> list[Delivery]:
    """What the page of the request shows to this person. One query for most, three at most."""
    group = RequestGroup.objects.filter(lines__access_request=access_request).first()
    if group is not None:
        group.requester = access_request.requester
        return of_groups.deliveries_of(group, viewer, access_request)
    if access_request.invitation_id is None:
        return []
    invitation = Invitation.objects.get(access_request=access_request)
    return of_invitations.told_of(invitation, access_request, viewer)
