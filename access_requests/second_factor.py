"""Who decides anything, and so needs a second factor (rule 6). Named in settings.DECIDER_CHECKS."""

from __future__ import annotations

from access_requests.models import RoleAssignment
from accounts.models import User


def decides_anything(user: User) -> bool:
    return RoleAssignment.objects.active().psos().filter(user=user).exists()
