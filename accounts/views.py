"""The pages of an account that django-allauth does not have."""

from __future__ import annotations

from functools import partial

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import after_answer, kept_forms, limits, profile, second_factor, terms, user_id
from accounts.adapter import user_ids_of
from accounts.forms import RecoverUserIdForm
from accounts.models import User
from accounts.profile_forms import ProfileForm

# To one mailbox, whoever asks.
_REMINDERS = ((6, limits.DAY), (3, 10 * limits.MINUTE))


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    is_verified = EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()
    return render(
        request,
        "accounts/account.html",
        {
            "email_is_verified": is_verified,
            "has_factor": second_factor.has_factor(user),
            "factor_is_required": second_factor.is_required_of(user),
            "terms_acceptance": terms.acceptance_of(user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader: _("Save your profile"))
def edit_profile(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    said = {name: getattr(user, name) for name in profile.FIELDS}
    form = ProfileForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid():
        profile.change(user, **form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:account")
    return render(request, "accounts/profile.html", {"form": form})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def terms_of_use(request: HttpRequest) -> HttpResponse:
    """For everybody to read; asked of whoever has not accepted them as they are now."""
    person = request.user if isinstance(request.user, User) else None
    next_url = _next_page(request)
    if request.method == "POST":
        if person is None:
            return redirect_to_login(request.path)
        with transaction.atomic():
            terms.accept(person)
        terms.remember(request, settings.TERMS_VERSION)
        return redirect(next_url)
    accepted = terms.acceptance_of(person) if person else None
    return render(
        request,
        "accounts/terms.html",
        {
            "is_asked": person is not None and accepted is None,
            "accepted": accepted,
            "next_url": next_url,
            "version": settings.TERMS_VERSION,
        },
    )


def _next_page(request: HttpRequest) -> str:
    wanted: str = request.POST.get("next", "") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)


@login_not_required
@require_safe
@never_cache
def check_user_id(request: HttpRequest) -> HttpResponse:
    """What sign-up would say, while typing: a fragment of a page."""
    typed = request.GET.get("username", "")[: user_id.MAX_LENGTH + 1]
    is_too_often = not ratelimit.consume(
        request, app="allauth.account", action="check_user_id", limit_get=True
    )
    verdict = None if is_too_often or not typed.strip() else user_id.judge(typed)
    return render(
        request,
        "accounts/user_id_answer.html",
        {"verdict": verdict, "is_too_often": is_too_often},
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@after_answer.does_steps
def recover_user_id(request: HttpRequest) -> HttpResponse:
    """Answers the same whether an account uses the address or not (rule 7)."""
    form = RecoverUserIdForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        refusal = ratelimit.consume_or_429(request, app="allauth.account", action="recover_user_id")
        if refusal:
            return refusal
        after_answer.do(request, partial(_send_user_ids, email))
        return render(request, "accounts/user_id_sent.html", {"email": email})
    return render(request, "accounts/user_id_forgotten.html", {"form": form})


def _send_user_ids(email: str) -> None:
    """Nothing beyond the limit: what the mailbox has already got says it."""
    user_ids = user_ids_of(email)
    if user_ids and limits.is_within(f"user-ids-sent:{limits.digest(email.lower())}", _REMINDERS):
        get_adapter().send_mail("account/email/user_id", email, {"user_ids": user_ids})


def signed_in(request: HttpRequest) -> User:
    """The person of a page that LoginRequiredMiddleware guards."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user
