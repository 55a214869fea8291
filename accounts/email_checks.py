from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User


def refuse_unfit_address(user: User, email: str) -> None:
    """Ask the higher apps whether the person may use this address; raises ValidationError."""
    for path in settings.EMAIL_CHECKS:
        check: Callable[[User, str], None] = import_string(path)
        check(user, email)
