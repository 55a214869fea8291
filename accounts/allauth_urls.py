"""django-allauth's own pages, those of them that the portal wants.

What is posted to one runs in one transaction, so that an account, the email it is owed and the
line in the audit trail are there together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.urls import urlpatterns as allauth_patterns
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path

# Signing in by an emailed code is not offered, yet allauth serves its page to everybody.
NOT_WANTED = {"account_confirm_login_code"}


def _posts_in_one_transaction(pattern: URLPattern) -> URLPattern:
    callback: Callable[..., HttpResponseBase] = pattern.callback

    # wraps() keeps the view's attributes, among them that some need no sign-in.
    @wraps(callback)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return callback(request, *args, **kwargs)
        with transaction.atomic():
            return callback(request, *args, **kwargs)

    return path(str(pattern.pattern), view, name=pattern.name)


urlpatterns = [
    _posts_in_one_transaction(pattern)
    for pattern in allauth_patterns
    if pattern.name not in NOT_WANTED
]
