"""CMS's list of reports, and settling one of them; a person at a CCN reports its PSO."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access_requests import keyset, policy
from access_requests.looks import lines_of_people, record_look, record_people
from access_requests.models import EmploymentReport, EventType, RoleAssignment
from access_requests.policy import StepRefused
from access_requests.reports import known, reporting, settling
from access_requests.reports.forms import ReportForm, SettleForm
from accounts import audit, kept_forms, second_factor
from accounts.cms_only import cms_only, reviewers_only
from accounts.http import person_of
from accounts.limits import DAY, is_within, refusal_of

PAGE_SIZE = 25
# Of one person in a day.
MOST_REPORTS = (10, DAY)
SETTLED = "settled"


@cms_only
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """The open ones, oldest first; or those that are settled, newest first."""
    is_settled = request.GET.get("show") == SETTLED
    key = request.GET.get("after", "")
    rows = _reports()
    if is_settled:
        rows = rows.exclude(settled_at=None).order_by("-settled_at", "-pk")
        after = keyset.read(key)
        if after:
            at, pk = after
            rows = rows.filter(settled_at__lte=at).exclude(settled_at=at, pk__gte=pk)
    else:
        rows = rows.filter(settled_at=None).order_by("pk")
        after_id = keyset.read_id(key)
        rows = rows.filter(pk__gt=after_id) if after_id is not None else rows
    found = list(rows[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    _record_named(request, shown)
    context = {
        "rows": [(each, known.claim_of(each)) for each in shown],
        "is_settled": is_settled,
        "next_url": _next_url(request, shown[-1], is_settled) if found[PAGE_SIZE:] else "",
        "first_url": _first_url(request, is_settled) if key else "",
    }
    return render(request, "reports/list.html", context)


def _record_named(request: HttpRequest, shown: list[EmploymentReport]) -> None:
    """Whom the reports are about, and who made them."""
    if request.method == "HEAD":
        return
    viewer = person_of(request)
    about = [
        audit.Line(
            type=EventType.PERSON_VIEWED,
            actor=viewer,
            person=each.about,
            ccn=each.provider.ccn,
            request_id=each.access_request_id,
        )
        for each in shown
    ]
    audit.record_many([*about, *lines_of_people(viewer, (each.reported_by for each in shown))])


def _next_url(request: HttpRequest, last: EmploymentReport, is_settled: bool) -> str:
    if not is_settled or last.settled_at is None:
        return keyset.next_url(request, str(last.pk))
    said = {"show": SETTLED, "after": keyset.write(last.settled_at, last.pk)}
    return f"{request.path}?{urlencode(said)}"


def _first_url(request: HttpRequest, is_settled: bool) -> str:
    return f"{request.path}?show={SETTLED}" if is_settled else request.path


@cms_only
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, pk)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader, pk: _("Settle report %(pk)s") % {"pk": pk})
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return _show(request, pk)
    form = SettleForm(request.POST)
    get_object_or_404(EmploymentReport.objects.only("pk"), pk=pk)
    if not form.is_valid():
        return _show(request, pk, form=form, status=422)
    second_factor.require_fresh(request)
    try:
        settling.settle(
            pk,
            by=person_of(request),
            outcome=EmploymentReport.Outcome(form.cleaned_data["outcome"]),
            note=form.cleaned_data["note"],
        )
    except StepRefused as refusal:
        return _show(request, pk, refusal=str(refusal), status=409)
    messages.success(request, _("The report is settled."))
    return redirect("reports:detail", pk=pk)


def _show(
    request: HttpRequest,
    pk: int,
    *,
    form: SettleForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    report = get_object_or_404(_reports(), pk=pk)
    record_look(request, report.about, report.provider, report.access_request_id)
    found = known.about(report)
    elsewhere = [each.user for each in found["other_psos"]]
    record_people(request, [report.reported_by, report.settled_by, *elsewhere], report.provider)
    may_settle = report.settled_at is None and person_of(request).is_cms_reviewer
    context = {
        "report": report,
        "provider": report.provider,
        "refusal": refusal,
        "form": (form or SettleForm()) if may_settle else None,
        **found,
    }
    return render(request, "reports/detail.html", context, status=status)


def _reports() -> QuerySet[EmploymentReport]:
    return EmploymentReport.objects.select_related(
        "about",
        "provider",
        "provider__chain",
        "access_request__role_assignment",
        "access_request__requester",
        "access_request__provider",
        "role_assignment",
        "reported_by",
        "contact",
        "settled_by",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader, pk: _("Report to CMS that a PSO does not work there"))
def report_pso(request: HttpRequest, pk: int) -> HttpResponse:
    """Anybody at the CCN (rule 21)."""
    user = person_of(request)
    held = RoleAssignment.objects.select_related("user", "provider")
    assignment = get_object_or_404(held, pk=pk)
    if not policy.may_report_pso(user, assignment):
        raise Http404
    provider = assignment.provider
    form = ReportForm(request.POST if request.method == "POST" else None)
    earlier = reporting.open_reports_by(user, assignment).first()
    if request.method == "POST" and form.is_valid():
        if earlier is None and not is_within(f"employment-report:{user.pk}", [MOST_REPORTS]):
            return refusal_of(request, DAY)
        try:
            _report, is_new = reporting.by_person(pk, by=user, text=form.cleaned_data["text"])
        except StepRefused as refusal:
            raise Http404 from refusal
        said = (
            _("CMS has your report and looks into it.")
            if is_new
            else _("CMS has your report of this person already, and looks into it.")
        )
        messages.success(request, said)
        return redirect(provider)
    context = {
        "provider": provider,
        "assignment": assignment,
        "names_shown": policy.may_see_pso_names(user, provider),
        "earlier": earlier,
        "form": form,
    }
    return render(request, "reports/report_pso.html", context, status=422 if form.errors else 200)
