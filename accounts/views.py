"""The pages of an account that django-allauth does not have."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit, user_id
from accounts.adapter import AccountAdapter, user_ids_of
from accounts.forms import NameForm, RecoverUserIdForm
from accounts.models import User


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    is_verified = EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()
    return render(request, "accounts/account.html", {"email_is_verified": is_verified})


@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = NameForm(request.POST or None, initial={"full_name": user.full_name})
    if request.method == "POST" and form.is_valid():
        if form.has_changed():
            user.full_name = form.cleaned_data["full_name"]
            with transaction.atomic():
                user.save(update_fields=["full_name"])
                audit.record("name_changed", actor=user, person=user)
        messages.success(request, _("Your name is saved."))
        return redirect("accounts:account")
    return render(request, "accounts/name.html", {"form": form})


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
def recover_user_id(request: HttpRequest) -> HttpResponse:
    """Answers the same whether an account uses the address or not (rule 7)."""
    form = RecoverUserIdForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        refusal = ratelimit.consume_or_429(
            request, app="allauth.account", action="recover_user_id", key=email
        )
        if refusal:
            return refusal
        if user_ids := user_ids_of(email):
            with transaction.atomic():
                AccountAdapter(request).send_mail(
                    "account/email/user_id", email, {"user_ids": user_ids}
                )
        return render(request, "accounts/user_id_sent.html", {"email": email})
    return render(request, "accounts/user_id_forgotten.html", {"form": form})


def signed_in(request: HttpRequest) -> User:
    """The person of a page that LoginRequiredMiddleware guards."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user
