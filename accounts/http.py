from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import User


def person_of(request: HttpRequest) -> User:
    """Who is signed in. Views that need sign-in use this to say so to the type checker too."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
