"""Showing that an address which email came back from works again: by a code that is sent there."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import BaseConfirmCodeForm
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import bounces
from accounts.forms import PortalForm
from accounts.http import person_of

CODE_SECONDS = 15 * 60
_SESSION_KEY = "email_works"


class WorksCodeForm(PortalForm, BaseConfirmCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = gettext_lazy("Code")
        code.widget.attrs.update(
            {"class": "portal-input--short portal-code", "autocapitalize": "characters"}
        )


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@never_cache
def email_works(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    if not bounces.is_bounced(user.email):
        messages.info(request, _("Email to your address does not come back."))
        return redirect("accounts:account")
    if request.method == "POST" and request.POST.get("action") == "send":
        return _send(request)
    code = _code_sent(request)
    form = WorksCodeForm(request.POST or None, code=code) if code else None
    if request.method == "POST" and form is not None:
        # Counted where all processes see it, and not only in this session.
        if not _may(request, "email_works_tries"):
            messages.error(request, _("Too many wrong codes. Wait a quarter of an hour."))
            return redirect("accounts:email_works")
        if form.is_valid():
            del request.session[_SESSION_KEY]
            bounces.clear(user.email, by=user, person=user)
            messages.success(request, _("Your address works. Our emails reach you again."))
            return redirect("accounts:account")
    context = {"verify_form": form, "email": user.email}
    status = 422 if form and form.errors else 200
    return render(request, "accounts/email_works.html", context, status=status)


def _code_sent(request: HttpRequest) -> str:
    """The code that is still good, and was sent to the address that the person has now."""
    sent = request.session.get(_SESSION_KEY)
    if not sent or sent["email"] != person_of(request).email:
        return ""
    return str(sent["code"]) if time.time() - sent["at"] <= CODE_SECONDS else ""


def _send(request: HttpRequest) -> HttpResponse:
    if not _may(request, "email_works"):
        messages.error(request, _("We have sent several codes already. Wait an hour."))
        return redirect("accounts:email_works")
    user, code = person_of(request), get_adapter().generate_email_verification_code()
    with transaction.atomic():
        # In the words of verifying an address: type the code into the page that is open.
        get_adapter().send_mail(
            "account/email/email_confirmation", user.email, {"code": code, "user": user}
        )
    request.session[_SESSION_KEY] = {"code": code, "email": user.email, "at": time.time()}
    return redirect("accounts:email_works")


def _may(request: HttpRequest, action: str) -> bool:
    key = person_of(request).email
    return bool(ratelimit.consume(request, app="allauth.account", action=action, key=key))
