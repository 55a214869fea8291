"""The pages of one's own second factors: set up, move to another phone, remove, recovery codes."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import after_set_up, factors, resumed, second_factor
from accounts.factors import Type
from accounts.http import person_of
from accounts.mfa_forms import AddPasskeyForm, RenamePasskeyForm, SetUpAppForm

# In the address: the codes are shown as the end of setting a factor up.
_LAST_STEP = "set-up"
SET_UP_STEPS = [_lazy("Choose"), _lazy("Set up"), _lazy("Save recovery codes")]
View = Callable[..., HttpResponse]
_page_with_form = require_http_methods(["GET", "HEAD", "POST"])


def _shown_lately(view: View) -> View:
    """Who the person is was shown a short while ago, by everything they have; else it is now."""

    @wraps(view)
    def inner(request: HttpRequest, **which: int) -> HttpResponse:
        raise_if_reauthentication_required(request, app="allauth.mfa")
        return view(request, **which)

    return inner


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Without a factor: the choice of one. With one: what there is."""
    person = person_of(request)
    having = list(Authenticator.objects.filter(user=person).order_by("created_at", "pk"))
    number_of_factors = sum(each.type in second_factor.FACTORS for each in having)
    if not number_of_factors:
        is_required = second_factor.is_required_of(person)
        why = {"is_required": is_required, "decides": second_factor.decides(person)}
        return render(request, "mfa/choose.html", {**why, "steps": SET_UP_STEPS})
    after_set_up.forget(request)
    context: dict[str, Any] = {
        "app": next((each for each in having if each.type == Type.TOTP), None),
        "passkeys": [each for each in having if each.type == Type.WEBAUTHN],
        "number_of_factors": number_of_factors,
        "codes_left": factors.recovery_codes_left(person) or 0,
    }
    return render(request, "mfa/index.html", context)


@_page_with_form
@_shown_lately
def set_up_app(request: HttpRequest) -> HttpResponse:
    if _has_app(request):
        return redirect("mfa_replace_totp")
    form = SetUpAppForm(request.POST or None, user=person_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            has_new_codes = factors.add_app(request, form.secret, form.step)
        except ValidationError:
            return redirect("mfa_replace_totp")
        messages.success(request, _("Your authenticator app is set up."))
        return _after_adding(has_new_codes)
    return _app_page(request, form)


@_page_with_form
@_shown_lately
def replace_app(request: HttpRequest) -> HttpResponse:
    """Another phone, or the app anew, in one step."""
    if not _has_app(request):
        return redirect("mfa_activate_totp")
    form = SetUpAppForm(request.POST or None, user=person_of(request))
    if request.method == "POST" and form.is_valid():
        factors.replace_app(request, form.secret, form.step)
        messages.success(request, _("The new app is in use. The old one’s codes no longer work."))
        return redirect("mfa_index")
    return _app_page(request, form, is_replacing=True)


def _has_app(request: HttpRequest) -> bool:
    return Authenticator.objects.filter(user=person_of(request), type=Type.TOTP).exists()


def _app_page(request: HttpRequest, form: SetUpAppForm, **context: Any) -> HttpResponse:
    person, adapter = person_of(request), get_adapter()
    url = adapter.build_totp_url(person, form.secret)
    image = base64.b64encode(adapter.build_totp_svg(url).encode()).decode()
    context |= {
        "form": form,
        "app_url": url,
        "qr_code": f"data:image/svg+xml;base64,{image}",
        "is_first": not second_factor.has_factor(person),
        "steps": SET_UP_STEPS,
    }
    return render(request, "mfa/app.html", context)


@_page_with_form
@_shown_lately
def add_passkey(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = AddPasskeyForm(request.POST or None, user=person)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        has_new_codes = factors.add_passkey(request, typed["name"], typed["credential"])
        messages.success(request, _("Your passkey is set up."))
        return _after_adding(has_new_codes)
    context = {
        "form": form,
        "passkey_options": begin_registration(person, passwordless=True),
        "is_first": not second_factor.has_factor(person),
        "steps": SET_UP_STEPS,
    }
    return render(request, "mfa/passkey_add.html", context)


def _after_adding(has_new_codes: bool) -> HttpResponse:
    if not has_new_codes:
        return redirect("mfa_index")
    return redirect(f"{reverse('mfa_view_recovery_codes')}?{_LAST_STEP}=1")


@_page_with_form
@_shown_lately
def rename_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    passkey = _own(request, pk=pk, type=Type.WEBAUTHN)
    form = RenamePasskeyForm(request.POST or None, instance=passkey)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The name is saved."))
        return redirect("mfa_index")
    return render(request, "mfa/passkey_rename.html", {"form": form, "passkey": passkey})


@_page_with_form
@_shown_lately
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    return _remove(request, _own(request, pk=pk, type=Type.WEBAUTHN))


@_page_with_form
@_shown_lately
def remove_app(request: HttpRequest) -> HttpResponse:
    return _remove(request, _own(request, type=Type.TOTP))


def _own(request: HttpRequest, **which: Any) -> Authenticator:
    return get_object_or_404(Authenticator, user=person_of(request), **which)


def _remove(request: HttpRequest, authenticator: Authenticator) -> HttpResponse:
    """The last one cannot be: the page says so before anybody tries, and once more if they do."""
    may = get_adapter().can_delete_authenticator(authenticator)
    if request.method == "POST":
        try:
            factors.remove(request, authenticator)
        except (ValidationError, Authenticator.DoesNotExist):
            may = False
        else:
            messages.success(request, _("Removed. It no longer opens your account."))
            return redirect("mfa_index")
    name = str(authenticator) if authenticator.type == Type.WEBAUTHN else _("the authenticator app")
    context = {"authenticator": authenticator, "name": name, "may": may}
    status = 409 if request.method == "POST" else 200
    return render(request, "mfa/remove.html", context, status=status)


@require_safe
@_shown_lately
def recovery_codes(request: HttpRequest) -> HttpResponse:
    codes = RecoveryCodes(_own(request, type=Type.RECOVERY_CODES))
    is_new = not codes.did_view
    codes.mark_as_viewed()
    context = {
        "codes": codes.get_unused_codes(),
        "is_new": is_new,
        "is_on_the_way": after_set_up.is_awaited(request) or _LAST_STEP in request.GET,
        "steps": SET_UP_STEPS,
    }
    return render(request, "mfa/recovery_codes.html", context)


@require_safe
@_shown_lately
def download_recovery_codes(request: HttpRequest) -> HttpResponse:
    codes = RecoveryCodes(_own(request, type=Type.RECOVERY_CODES)).get_unused_codes()
    context = {"codes": codes, "address": request.build_absolute_uri(reverse("account_login"))}
    response = render(
        request, "mfa/recovery_codes.txt", context, content_type="text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="iqies-portal-recovery-codes.txt"'
    return response


@_page_with_form
@_shown_lately
def make_recovery_codes(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if not second_factor.has_factor(person):
        messages.error(request, get_adapter().error_messages["cannot_generate_recovery_codes"])
        return redirect("mfa_index")
    if request.method == "POST":
        factors.make_recovery_codes(request)
        return redirect("mfa_view_recovery_codes")
    context = {"codes_left": factors.recovery_codes_left(person) or 0}
    return render(request, "mfa/recovery_codes_make.html", context)


@require_POST
def recovery_codes_saved(request: HttpRequest) -> HttpResponse:
    """Set up, codes saved: on to what the person came for."""
    return resumed.go_on(request)
