"""What keeps an account from becoming CMS's (rule 9). Named in settings.CMS_USER_CHECKS."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access_requests.models import AccessRequest, RoleAssignment, UnlistedProvider
from accounts.models import User


def refuse_if_involved(user: User) -> None:
    """Raise ValidationError when the person has a role, an open request, or one kept with an open
    report of a missing provider: CMS would look into its own case. Caller holds the row."""
    if RoleAssignment.objects.not_ended().filter(user=user).exists():
        raise ValidationError(
            _("This person holds a role at a provider, so they cannot become CMS staff.")
        )
    if AccessRequest.objects.open().filter(requester=user).exists():
        raise ValidationError(
            _("This person has an open request, so they cannot become CMS staff.")
        )
    if UnlistedProvider.objects.filter(reporter=user, status=UnlistedProvider.State.OPEN).exists():
        raise ValidationError(
            _(
                "This person has an open report of a missing provider, so they cannot become CMS "
                "staff. They can take it back under My requests."
            )
        )
