"""The first visit of somebody from HARP: what must be asked before there is an account."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.harp import joining, pending, problems
from accounts.harp.forms import AddressCodeForm, AddressForm
from accounts.harp.pending import AddressProof, Pending
from accounts.models import User

_View = Callable[[HttpRequest], HttpResponse]
_PendingView = Callable[[HttpRequest, Pending], HttpResponse]


def for_newcomers(view: _PendingView) -> _View:
    """Only for somebody who has just signed in at HARP and has no account here."""

    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            return redirect("home")
        kept = pending.pending_of(request)
        return problems.expired(request) if kept is None else view(request, kept)

    return guarded


def go_on(request: HttpRequest, kept: Pending, *, is_second_try: bool = False) -> HttpResponse:
    """The next question; an account and a signed-in person when none is left."""
    identity = kept.identity
    if not kept.is_told_apart and joining.is_taken(identity.user_id):
        return redirect("harp:match")
    if kept.email and joining.has_account(kept.email):
        return redirect("harp:match")
    if not kept.email:
        return _prove_address(request, kept, identity.email)
    try:
        response = joining.make_account(
            request,
            identity,
            email=kept.email,
            is_told_apart=kept.is_told_apart,
            next_url=kept.next_url,
        )
    except IntegrityError:
        # Somebody took the User ID or the address in this very moment: now it can be seen.
        if is_second_try:
            raise
        user = joining.account_of(identity)
        if user is not None:
            pending.forget(request)
            return joining.sign_in(request, user, identity, kept.next_url)
        return go_on(request, kept, is_second_try=True)
    pending.forget(request)
    return response


@require_safe
@for_newcomers
def match(request: HttpRequest, kept: Pending) -> HttpResponse:
    """An account here has the same User ID, or the same proven address."""
    has_user_id = not kept.is_told_apart and joining.is_taken(kept.identity.user_id)
    has_email = bool(kept.email) and joining.has_account(kept.email)
    if not has_user_id and not has_email:
        return redirect("harp:email")
    context = {
        "identity": kept.identity,
        "email": kept.email,
        "has_user_id": has_user_id,
        "other_user_id": kept.identity.user_id + joining.TOLD_APART,
    }
    return render(request, "accounts/harp_match.html", context)


@require_POST
@for_newcomers
def tell_apart(request: HttpRequest, kept: Pending) -> HttpResponse:
    """The account of the same User ID is somebody else's."""
    return go_on(request, kept.changed(request, is_told_apart=True))


@require_http_methods(["GET", "HEAD", "POST"])
@for_newcomers
def email(request: HttpRequest, kept: Pending) -> HttpResponse:
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _prove_address(request, kept, form.cleaned_data["email"])
    return render(request, "accounts/harp_email.html", {"form": form, "identity": kept.identity})


@require_http_methods(["GET", "HEAD", "POST"])
@for_newcomers
def email_code(request: HttpRequest, kept: Pending) -> HttpResponse:
    proof = AddressProof.resume(request, kept)
    if proof is None:
        return redirect("harp:email")
    if request.method == "POST" and request.POST.get("action") == "resend":
        return _resend(request, proof)
    form = AddressCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if proof.is_right(form.cleaned_data["code"]):
            proven = kept.changed(request, email=proof.email, code_state={})
            return go_on(request, proven)
        if not proof.record_invalid_attempt():
            messages.error(request, _("Too many wrong codes. Have a new one sent."))
            return redirect("harp:email")
        form.add_error("code", _("This code is not right. Look at the newest email we sent you."))
    context = {"verify_form": form, "email": proof.email, "can_resend": proof.can_resend}
    return render(request, "accounts/harp_email_code.html", context)


@require_POST
@for_newcomers
def cancel(request: HttpRequest, kept: Pending) -> HttpResponse:
    pending.forget(request)
    messages.info(request, _("No account was created."))
    return redirect("account_login")


def _resend(request: HttpRequest, proof: AddressProof) -> HttpResponse:
    if proof.can_resend and not _is_too_often(request, proof.email):
        with transaction.atomic():
            proof.resend()
        messages.success(request, _("We sent you a new code."))
    else:
        messages.error(request, _("You asked too often. Wait ten minutes and try again."))
    return redirect("harp:email_code")


def _prove_address(request: HttpRequest, kept: Pending, address: str) -> HttpResponse:
    """By a code, which goes there whether an account uses the address or not."""
    if not address:
        return redirect("harp:email")
    if _is_too_often(request, address):
        messages.error(request, _("You asked too often. Wait ten minutes and try again."))
        return redirect("harp:email")
    with transaction.atomic():
        AddressProof.begin(request, kept.changed(request, email=""), address)
    return redirect("harp:email_code")


def _is_too_often(request: HttpRequest, address: str) -> bool:
    # People come back from HARP by GET, which django-allauth would not count.
    return not ratelimit.consume(
        request, app="allauth.account", action="harp_email_code", key=address, limit_get=True
    )
