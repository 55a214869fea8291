"""The reporter's pages, and the page of a report, where CMS ends it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access_requests.models import EventType, UnlistedProvider
from access_requests.statement import NotEligible
from access_requests.unlisted import machine_help, reporting
from access_requests.unlisted.cms_forms import AddForm, AlsoForm, AnswerForm, OnRosterForm
from access_requests.unlisted.forms import ReportForm, carried
from accounts import audit, kept_forms
from accounts.http import person_of
from accounts.models import User

FORM_PAGE = "unlisted/report_form.html"


@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader: _("Tell CMS that a provider is missing"))
def new(request: HttpRequest) -> HttpResponse:
    """The report. The form for asking may be sent here as it stands: then its words are shown
    again as part of the report, and nothing is reported yet."""
    user = person_of(request)
    if user.is_cms:
        raise PermissionDenied(
            _("CMS reviewers and Service Center agents add providers, and report none.")
        )
    if request.method != "POST":
        initial = {"ccn": request.GET.get("ccn", "")}
        return render(request, FORM_PAGE, {"form": ReportForm(person=user, initial=initial)})
    if "evidence" not in request.POST:
        form = ReportForm(person=user, initial=carried(request.POST))
        return render(request, FORM_PAGE, {"form": form, "is_carried": True})
    form = ReportForm(request.POST, person=user)
    if form.is_valid():
        try:
            made = reporting.report(
                reporter=user,
                missing=form.missing(),
                wanted=form.wanted(),
                legal_name=form.cleaned_data.get("legal_name", ""),
                keep_in_profile=form.cleaned_data.get("keep_in_profile", False),
            )
        except NotEligible as refusal:
            form.add_refusal(refusal.field, str(refusal))
        else:
            messages.success(request, _("CMS has your report. We write to you when it is done."))
            return redirect(made)
    return render(request, FORM_PAGE, {"form": form}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return redirect("unlisted:detail", pk=pk)
    try:
        taken_back = reporting.take_back(pk, by=person_of(request))
    except UnlistedProvider.DoesNotExist as missing:
        raise Http404 from missing
    except reporting.AlreadyEnded as refusal:
        return show(request, pk, status=409, refusal=str(refusal))
    messages.success(request, _("You took the report back. You can report it again at any time."))
    return redirect(taken_back)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, pk)


def show(request: HttpRequest, pk: int, *, status: int = 200, **bound: Any) -> HttpResponse:
    """The page of one report; a refused or faulty step comes back to it with its forms bound."""
    user = person_of(request)
    report = get_object_or_404(
        visible(user).select_related(
            "reporter", "role", "provider", "access_request", "access_request__provider", "ended_by"
        ),
        pk=pk,
    )
    context: dict[str, Any] = {"report": report, "is_mine": report.reporter_id == user.pk}
    if user.is_cms:
        beside = _for_cms(user, report, bound)
        # Those who reported what may be the same are named beside it.
        record_looks(request, [report, *beside.get("alike", [])])
        context |= beside
    return render(request, "unlisted/report_detail.html", context | bound, status=status)


def visible(user: User) -> QuerySet[UnlistedProvider]:
    """CMS sees all reports, everybody else their own."""
    if user.is_cms:
        return UnlistedProvider.objects.all()
    return UnlistedProvider.objects.filter(reporter=user)


def record_looks(request: HttpRequest, shown: list[UnlistedProvider]) -> None:
    """CMS looks at the people who report: a line for each, in one statement."""
    if request.method == "HEAD":
        return
    audit.record_many(
        audit.Line(
            type=EventType.PERSON_VIEWED,
            actor=person_of(request),
            person=each.reporter,
            details={"report": each.pk},
        )
        for each in shown
    )


def _for_cms(user: User, report: UnlistedProvider, bound: dict[str, Any]) -> dict[str, Any]:
    """The machine's help beside an open report and, for a reviewer, the steps that end it."""
    if not report.is_open:
        return {}
    found = machine_help.of_one(report)
    alike = bound.get("alike") or machine_help.others(report)
    context: dict[str, Any] = {"help": found, "alike": alike}
    if user.is_cms_reviewer:
        context |= {
            "also_form": AlsoForm(others=alike),
            "roster_form": OnRosterForm(),
            "add_form": AddForm(initial=first_words(report)),
            "answer_form": AnswerForm(),
        }
    return context


def first_words(report: UnlistedProvider) -> dict[str, str]:
    """What the form to add the provider begins with."""
    return {
        "ccn": machine_help.suggested_ccn(report.typed),
        "name": report.name,
        "city": report.city,
        "state": report.state,
    }
