"""django-allauth's own pages, those of them that the portal wants.

What is posted to one runs in one transaction, so that an account, the email it is owed and the
line in the audit trail are there together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.urls import urlpatterns as allauth_patterns
from allauth.account.views import complete_password_reset, password_reset, password_set
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, path

from accounts import after_answer, code_views, mfa_sign_in_views, reset_codes, sign_up_views

# Pages of ours in the place of allauth's.
OURS: dict[str, Callable[..., HttpResponseBase]] = {
    "account_signup": sign_up_views.form,
    "account_reauthenticate": mfa_sign_in_views.show_password_again,
    "account_reset_password": after_answer.does_steps(password_reset),
    "account_confirm_password_reset_code": code_views.reset_code,
    "account_email_verification_sent": code_views.email_code,
    "account_complete_password_reset": reset_codes.only_while_it_stands(complete_password_reset),
    # Whoever sits at the computer of somebody who signed in with HARP must not add a password.
    "account_set_password": reauthentication_required(app="allauth.account")(password_set),
}
# Signing in by an emailed code is not offered, yet allauth serves its page to everybody.
NOT_WANTED = {"account_confirm_login_code"}
# Who has shown password or factor again goes on with the step they came from, and each step owns
# its transaction: one that is refused must not undo that a code was used up.
OWN_TRANSACTIONS = {
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}


def posts_in_one_transaction(
    patterns: Iterable[URLPattern | URLResolver], before: str = ""
) -> Iterator[URLPattern]:
    """The same pages under the same names, those of included lists among them."""
    for each in patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from posts_in_one_transaction(each.url_patterns, route)
        else:
            view = OURS.get(str(each.name), each.callback)
            wanted = view if each.name in OWN_TRANSACTIONS else _in_one_transaction(view)
            yield path(route, _refusals_are_429(wanted), name=each.name)


def _refusals_are_429(
    callback: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Too many wrong tries are said beside the field; the status says it to machines."""

    @wraps(callback)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = callback(request, *args, **kwargs)
        wait = getattr(request, "refused_for", None)
        if wait is not None and response.status_code == HTTPStatus.OK:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response["Retry-After"] = str(wait)
        return response

    return view


def _in_one_transaction(
    callback: Callable[..., HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    # wraps() keeps the view's attributes, among them that some need no sign-in.
    @wraps(callback)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return callback(request, *args, **kwargs)
        with transaction.atomic():
            return callback(request, *args, **kwargs)

    return view


urlpatterns = [
    pattern
    for pattern in posts_in_one_transaction(allauth_patterns)
    if pattern.name not in NOT_WANTED
]
