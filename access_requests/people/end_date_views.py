"""The last day of somebody's role: set, moved, taken away; or extended by the usual time."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access_requests import policy, workflow
from access_requests.models import RoleAssignment
from access_requests.people import days
from access_requests.people.forms import EndDateForm
from access_requests.policy import StepRefused
from accounts import second_factor
from accounts.http import person_of

View = Callable[..., HttpResponse]


def of_role(view: View) -> View:
    """The role is one that this PSO may see, else a 404; a refused step answers 409."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def inner(request: HttpRequest, pk: int) -> HttpResponse:
        viewer = person_of(request)
        if viewer.is_cms:
            raise Http404
        visible = policy.visible_assignments(viewer).select_related("provider", "role", "user")
        role = get_object_or_404(visible, pk=pk)
        try:
            policy.require_end_date_setter(viewer, role)
            return view(request, role)
        except StepRefused as refusal:
            return _refused(request, role, refusal)
        except RoleAssignment.DoesNotExist as missing:
            raise Http404 from missing

    return inner


@of_role
def end_date(request: HttpRequest, role: RoleAssignment) -> HttpResponse:
    if request.method != "POST":
        return _form(request, role, EndDateForm(initial={"ends_on": role.ends_on}))
    form = EndDateForm(request.POST, unchanged=role.ends_on)
    if not form.is_valid():
        return _form(request, role, form)
    second_factor.require_fresh(request)
    day = form.cleaned_data["ends_on"]
    changed = workflow.set_end_date(role.pk, by=person_of(request), ends_on=day)
    messages.success(request, _said(changed))
    return redirect(back_from(request))


@of_role
def extend(request: HttpRequest, role: RoleAssignment) -> HttpResponse:
    """Asks first. The button says the new last day, and sends it: pressed twice, it extends
    once."""
    if request.method != "POST":
        return _ask_to_extend(request, role)
    form = EndDateForm({"ends_on": request.POST.get("until", "")}, unchanged=role.ends_on)
    if not form.is_valid() or form.cleaned_data["ends_on"] is None:
        return _form(request, role, form)
    second_factor.require_fresh(request)
    day = form.cleaned_data["ends_on"]
    changed = workflow.set_end_date(role.pk, by=person_of(request), ends_on=day)
    messages.success(request, _said(changed))
    return redirect(back_from(request))


def _ask_to_extend(request: HttpRequest, role: RoleAssignment) -> HttpResponse:
    """Of a role whose end is not near, the last day is chosen."""
    back = back_from(request)
    address = reverse("people:end_date", args=[role.pk]) + "?" + urlencode({"back": back})
    until = days.extension(role.ends_on)
    if until is None:
        return redirect(address)
    context = {
        "role": role,
        "provider": role.provider,
        "until": until,
        "other_day_url": address,
        "back_url": back,
    }
    return render(request, "people/extend.html", context)


def back_from(request: HttpRequest) -> str:
    """The page of people that somebody came from; never an address elsewhere."""
    people = reverse("people:list")
    asked = request.POST.get("back") or request.GET.get("back") or ""
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours and asked.startswith(people) else people


def _said(role: RoleAssignment) -> str:
    said: dict[str, Any] = {"person": role.user, "role": role.role, "ccn": role.provider.ccn}
    if role.ends_on is None:
        text = _("%(person)s keeps the role %(role)s at CCN %(ccn)s without a last day.")
    else:
        said["date"] = date_format(role.ends_on, "F j, Y")
        text = _("The last day of %(person)s’s role %(role)s at CCN %(ccn)s is %(date)s.")
    return text % said + " " + _("They have been told.")


def _form(request: HttpRequest, role: RoleAssignment, form: EndDateForm) -> HttpResponse:
    context = {
        "role": role,
        "provider": role.provider,
        "form": form,
        "back_url": back_from(request),
    }
    status = 422 if form.is_bound else 200
    return render(request, "people/end_date.html", context, status=status)


def _refused(request: HttpRequest, role: RoleAssignment, refusal: StepRefused) -> HttpResponse:
    context = {
        "role": role,
        "provider": role.provider,
        "refusal": str(refusal),
        "back_url": back_from(request),
    }
    return render(request, "people/refused.html", context, status=409)
