from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access_requests.digest.forms import PreferencesForm
from access_requests.digest.preferring import Approvals, choose, chosen_by
from access_requests.models import RoleAssignment
from accounts.http import person_of


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How what waits for me arrives. What is decided about me is never held back."""
    person = person_of(request)
    if request.method != "POST":
        chosen = chosen_by(person)
        form = PreferencesForm(initial={"approvals": chosen.approvals})
        return _page(request, form)
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    if choose(person, form.cleaned_data["approvals"]):
        messages.success(request, _said(form.cleaned_data["approvals"]))
    else:
        messages.info(request, _("Nothing changed: you have it so already."))
    return redirect("access_requests:email_preferences")


def _said(approvals: str) -> str:
    if approvals == Approvals.DAILY:
        return _("Saved. From now on you get one email a day about what waits for you.")
    return _(
        "Saved. From now on you get an email for each request. What was kept for your daily email "
        "and still waits is on its way to you."
    )


def _page(request: HttpRequest, form: PreferencesForm, *, status: int = 200) -> HttpResponse:
    person = person_of(request)
    context = {
        "form": form,
        "chosen": chosen_by(person),
        "decides": person.is_cms_reviewer
        or RoleAssignment.objects.active().psos().filter(user=person).exists(),
    }
    return render(request, "digest/preferences.html", context, status=status)
