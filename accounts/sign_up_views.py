"""The pages of signing up: the form, and the code that was emailed."""

from __future__ import annotations

from typing import Any

from allauth.account.views import SignupView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import sign_up
from accounts.forms import SignUpCodeForm, SignUpForm

_MANY_CODES = gettext_lazy(
    "We have sent several codes to this address. Type the one from the newest email. If you find "
    "none, look among your junk mail, or ask again in an hour."
)


class SignUpView(SignupView):
    """django-allauth's, with another end: nothing is stored before the address is verified."""

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_initial()
        begun = sign_up.begun(self.request)
        return {**initial, **(begun.typed() if begun else {})}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "is_back_again": sign_up.begun(self.request) is not None}

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        said = form.cleaned_data
        begun = sign_up.begun(self.request)
        next_url: str = self.get_next_url() or ""  # type: ignore[no-untyped-call]
        sign_up.begin(
            self.request,
            user_id=said["username"],
            email=said["email"],
            full_name=said["full_name"],
            password=make_password(said["password1"]),
            next_url=next_url or (begun.next_url if begun else ""),
        )
        return redirect("accounts:sign_up_code")


form = SignUpView.as_view()


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    begun = sign_up.begun(request)
    if begun is None:
        messages.info(
            request,
            _(
                "There is nothing to confirm in this browser. If you have finished your sign-up, "
                "sign in. If not, begin again here: nothing has been stored."
            ),
        )
        return redirect("account_signup")
    if request.method != "POST":
        return _page(request, begun, SignUpCodeForm())
    steps = {"resend": _send_new_code, "cancel": _cancel}
    return steps.get(request.POST.get("action", ""), _confirm)(request, begun)


def _confirm(request: HttpRequest, begun: sign_up.SignUp) -> HttpResponse:
    form = SignUpCodeForm(request.POST)
    if not form.is_valid():
        return _page(request, begun, form)
    try:
        sign_up.check_code(request, begun, form.cleaned_data["code"])
        with transaction.atomic():
            return sign_up.finish(request, begun)
    except sign_up.WrongCode as wrong:
        form.add_error("code", str(wrong))
        return _page(request, begun, form)
    except sign_up.UserIdGone as gone:
        said = _("%(user_id)s can no longer be had. %(why)s")
        messages.error(request, said % {"user_id": begun.user_id, "why": gone})
        return redirect("account_signup")
    except sign_up.AddressGone:
        sign_up.forget(request)
        messages.error(
            request,
            _(
                "An account with your address has been created meanwhile. Sign in with it. If "
                "you do not know its User ID, choose “Forgot User ID”."
            ),
        )
        return redirect("account_login")


def _send_new_code(request: HttpRequest, begun: sign_up.SignUp) -> HttpResponse:
    if sign_up.send_new_code(request, begun):
        messages.success(request, _("We sent a new code. The old one no longer works."))
    else:
        messages.info(request, _MANY_CODES)
    return redirect("accounts:sign_up_code")


def _cancel(request: HttpRequest, begun: sign_up.SignUp) -> HttpResponse:
    sign_up.forget(request)
    messages.info(request, _("You have left the sign-up. Nothing was stored."))
    return redirect("account_login")


def _page(request: HttpRequest, begun: sign_up.SignUp, form: SignUpCodeForm) -> HttpResponse:
    return render(
        request,
        "accounts/sign_up_code.html",
        {"verify_form": form, "form": form, "user_id": begun.user_id, "email": begun.email},
    )
