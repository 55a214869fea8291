"""The pages where an emailed code is typed: whoever was wrong too often begins again where a new
one is to be had, and not at the sign-in page or at home."""

from __future__ import annotations

from typing import Any

from allauth.account import views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse


class ResetCodeView(views.ConfirmPasswordResetCodeView):
    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[no-untyped-call]
        was_last = isinstance(response, HttpResponseRedirect)
        if not was_last:
            return response
        begin: str = self.passthrough_next_url(reverse("account_reset_password"))  # type: ignore[no-untyped-call]
        return redirect(begin)


class EmailCodeView(views.ConfirmEmailVerificationCodeView):
    """Also the step of a sign-in whose address is not verified; that one begins by signing in."""

    request: HttpRequest

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[no-untyped-call]
        was_last = isinstance(response, HttpResponseRedirect)
        is_change = was_last and self.request.user.is_authenticated
        return redirect("account_email") if is_change else response


reset_code = login_not_required(ResetCodeView.as_view())
email_code = login_not_required(EmailCodeView.as_view())
