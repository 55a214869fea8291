"""Asking the approvers to look at a request, and naming the days on which one does not decide."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access_requests.invitations import next_pso
from access_requests.models import Absence, RoleAssignment
from access_requests.views.decisions import step
from access_requests.waiting import absences, nudging, uncovered
from access_requests.waiting.forms import AbsenceForm
from accounts import second_factor
from accounts.http import person_of
from accounts.models import User

MOST_CCNS = 10


@step
def nudge(request: HttpRequest, pk: int) -> HttpResponse:
    made = nudging.nudge(pk, by=person_of(request))
    messages.success(request, _("Done: whoever decides is asked to look at your request."))
    return redirect(made.access_request)


@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest) -> HttpResponse:
    user = _approver(request)
    if request.method != "POST":
        return _show(request, user, AbsenceForm())
    form = AbsenceForm(request.POST)
    if form.is_valid():
        second_factor.require_fresh(request)
        try:
            days = form.cleaned_data["first_day"], form.cleaned_data["last_day"]
            named = absences.name(user, *days)
        except absences.Overlaps as refusal:
            form.add_error("first_day", str(refusal))
        else:
            messages.success(request, _saved(named))
            return redirect("waiting:absence")
    return _show(request, user, form)


@require_http_methods(["GET", "HEAD", "POST"])
def end_absence(request: HttpRequest, pk: int) -> HttpResponse:
    user = _approver(request)
    get_object_or_404(Absence, user=user, pk=pk)
    if request.method == "POST":
        second_factor.require_fresh(request)
        if absences.end(pk, by=user):
            messages.success(request, _("Done: you are no longer away on these days."))
        else:
            messages.info(request, _("This absence had ended already."))
    return redirect("waiting:absence")


def _saved(named: Absence) -> str:
    if named.first_day == named.last_day:
        return _("Saved: you are away on %(day)s.") % {"day": absences.in_short(named.first_day)}
    days = {"first": absences.in_short(named.first_day), "last": absences.in_short(named.last_day)}
    return _("Saved: you are away from %(first)s to %(last)s.") % days


def _approver(request: HttpRequest) -> User:
    """Only whoever decides anything has such a page."""
    user = person_of(request)
    held = RoleAssignment.objects.active().psos().filter(user=user)
    if not user.is_cms_reviewer and not held.exists():
        raise Http404
    return user


def _show(request: HttpRequest, user: User, form: AbsenceForm) -> HttpResponse:
    named = absences.of(user)
    left = uncovered.while_away(user, named)
    shown = {pk: there[:MOST_CCNS] for pk, there in left.items()}
    alone = {each.provider.pk for some in shown.values() for each in some if not each.has_fellows}
    steps = next_pso.steps(user, alone)
    rows = [
        (
            each,
            [(there, steps.get(there.provider.pk)) for there in shown[each.pk]],
            len(left[each.pk][MOST_CCNS:]),
        )
        for each in named
    ]
    context = {"form": form, "rows": rows}
    return render(request, "waiting/absence.html", context, status=422 if form.errors else 200)
