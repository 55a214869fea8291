"""django-allauth's own pages, those of them that the portal wants.

Each runs in one transaction, so that an account, the email it is owed and the line in the audit
trail are there together or not at all.
"""

from __future__ import annotations

from allauth.account.urls import urlpatterns as allauth_patterns
from django.db import transaction
from django.urls import URLPattern, path

# Signing in by an emailed code is not offered, yet allauth serves its page to everybody.
NOT_WANTED = {"account_confirm_login_code"}


def _in_one_transaction(pattern: URLPattern) -> URLPattern:
    # atomic() keeps the view's attributes, among them that some need no sign-in.
    return path(str(pattern.pattern), transaction.atomic(pattern.callback), name=pattern.name)


urlpatterns = [
    _in_one_transaction(pattern) for pattern in allauth_patterns if pattern.name not in NOT_WANTED
]
