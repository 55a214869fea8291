"""One step of a campaign: its message, starting it, watching it, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from access_requests.campaigns import audience, outcome, placeholders, preview, progress, steps
from access_requests.campaigns.forms import PreviewForm, StepForm
from access_requests.campaigns.sending import named
from access_requests.campaigns.steps import Refused
from access_requests.models import CampaignStep, CampaignTarget, DeskEvent
from accounts import audit, kept_forms, second_factor
from accounts.cms_only import reviewers_only
from accounts.csv_export import AsText, Cell, csv_response
from accounts.http import person_of
from accounts.mail import outbox
from accounts.sessions import store_of
from providers import names

PAGE_SIZE = 25
# In the session: the message of which its reader last sent a test to themselves, by its digest.
_TESTED = "campaign_message_tested"
State = CampaignStep.State


def _step_or_404(pk: int, *, started: bool = False) -> CampaignStep:
    found = CampaignStep.objects.select_related("campaign__program", "created_by")
    step = get_object_or_404(found, pk=pk)
    if started and step.state == State.DRAFT:
        raise Http404
    return step


@reviewers_only
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, _step_or_404(pk))


def show(
    request: HttpRequest, step: CampaignStep, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    shown = preview.of_step(step, request.GET.get("ccn", ""))
    context: dict[str, Any] = {
        "step": step,
        "campaign": step.campaign,
        "preview": shown,
        "preview_form": PreviewForm(initial={"ccn": shown.provider.ccn if shown.provider else ""}),
        "refusal": refusal,
        "is_draft": step.state == State.DRAFT,
        "is_sending": step.state == State.SENDING,
        "is_paused": step.state == State.PAUSED,
    }
    if step.state == State.DRAFT:
        context["meant"] = steps.meant_by(step.campaign)
        context["digest"] = steps.digest_of_words(step)
    else:
        context["progress"] = progress.of_step(step)
        outcomes = outcome.of_step(step)
        context["outcomes"] = outcomes
        context["on_paper"] = sum(each.on_paper for each in outcomes)
    return render(request, "campaigns/step.html", context, status=status)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader, pk: _("Change the message of a campaign"))
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    step = _step_or_404(pk)
    if step.state != State.DRAFT:
        refusal = _("This step has started: its message cannot be changed any more.")
        return show(request, step, refusal=refusal, status=409)
    if request.method == "POST":
        second_factor.require_fresh(request)
    form = StepForm(
        request.POST if request.method == "POST" else None,
        initial={"subject": step.subject, "body": step.body},
    )
    if request.method != "POST" or not form.is_valid():
        context = {
            "form": form,
            "step": step,
            "campaign": step.campaign,
            "placeholders": [(f"{{{{ {name} }}}}", text) for name, text in _explained()],
        }
        status = 422 if form.errors else 200
        return render(request, "campaigns/step_edit.html", context, status=status)
    try:
        steps.change_words(pk, **form.cleaned_data, by=person_of(request))
    except Refused as refusal:
        return show(request, _step_or_404(pk), refusal=str(refusal), status=409)
    messages.success(request, _("The message is kept. This is how it will read."))
    return redirect("campaigns:step", pk)


def _explained() -> list[tuple[str, str]]:
    return [(name, str(text)) for name, text in placeholders.KNOWN.items()]


View = Callable[[HttpRequest, int], HttpResponse]


def _taken_step(view: View) -> Callable[..., HttpResponseBase]:
    """A POST; what cannot be done now answers 409 on the step's page, saying why."""

    @reviewers_only
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def inner(request: HttpRequest, pk: int) -> HttpResponse:
        _step_or_404(pk)
        if request.method == "POST":
            try:
                return view(request, pk)
            except Refused as refusal:
                return show(request, _step_or_404(pk), refusal=str(refusal), status=409)
        return redirect("campaigns:step", pk)

    return inner


@_taken_step
def test(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request)
    step = _step_or_404(pk)
    email = preview.test_email(step, person, request.POST.get("ccn", ""))
    if email is None:
        raise Refused(_("Nobody is meant, so there is nothing to show."))
    outbox.store([email])
    request.session[_TESTED] = steps.digest_of_words(step)
    messages.success(request, _("The message is on its way to your own address."))
    return redirect("campaigns:step", pk)


def start(request: HttpRequest, pk: int) -> HttpResponseBase:
    """By POST. GET says once more how many emails would leave, and to whom, before they do."""
    if request.method in ("GET", "HEAD") and request.GET.get("read"):
        return _confirm(request, pk)
    return _start(request, pk)


@reviewers_only
def _confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Of the message that was read on the step's page, by its digest."""
    step, read = _step_or_404(pk), request.GET["read"]
    if step.state != State.DRAFT:
        return redirect("campaigns:step", pk)
    if read != steps.digest_of_words(step):
        refusal = _("This is not the message you read. Read it below, then start.")
        return show(request, step, refusal=refusal, status=409)
    whom = audience.of_campaign(step.campaign)
    context = {
        "step": step,
        "campaign": step.campaign,
        "subject": preview.of_step(step, "").subject,
        "meant": audience.meant_by(whom),
        "facts": whom.facts(),
        "read": read,
        "is_tested": request.session.get(_TESTED) == read,
    }
    return render(request, "campaigns/start.html", context)


@_taken_step
def _start(request: HttpRequest, pk: int) -> HttpResponse:
    second_factor.require_fresh(request)
    steps.start(pk, by=person_of(request), read=request.POST.get("read", ""))
    messages.success(request, _("Sending has begun. You can close this page; it goes on."))
    return redirect("campaigns:step", pk)


@_taken_step
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    second_factor.require_fresh(request)
    steps.pause(pk, by=person_of(request))
    messages.success(request, _("Paused. Nothing more leaves until somebody resumes it."))
    return redirect("campaigns:step", pk)


@_taken_step
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    second_factor.require_fresh(request)
    steps.resume(pk, by=person_of(request))
    messages.success(request, _("Sending goes on."))
    return redirect("campaigns:step", pk)


@reviewers_only
@never_cache
@require_safe
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress alone, which the page asks for by itself: no sign of life of its reader."""
    store_of(request).is_used = False
    step = _step_or_404(pk, started=True)
    context = {
        "step": step,
        "is_sending": step.state == State.SENDING,
        "progress": progress.of_step(step),
    }
    response = render(request, "campaigns/_progress.html", context)
    if step.state != State.SENDING:
        # The buttons beside it are others now.
        response["HX-Refresh"] = "true"
    return response


@reviewers_only
@require_safe
def ccns(request: HttpRequest, pk: int) -> HttpResponse:
    """The list behind a number."""
    step = _step_or_404(pk, started=True)
    which, level = request.GET.get("which", "listed"), request.GET.get("level", "")
    if which not in outcome.COUNTED or level not in {"", "0", "1"}:
        raise Http404
    readiness = int(level) if level else None
    after = request.GET.get("after", "")[:10].replace("\0", "")
    chosen = outcome.targets(step, which, readiness)
    if after:
        chosen = chosen.filter(provider__ccn__gt=after)
    found = list(chosen[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    query = {"which": which, **({"level": level} if level else {})}
    address = f"{request.path}?{urlencode(query)}"
    next_ccn = shown[-1].provider.ccn if found[PAGE_SIZE:] else ""
    context = {
        "step": step,
        "campaign": step.campaign,
        "heading": outcome.label(which, readiness),
        "targets": shown,
        "next_url": f"{address}&{urlencode({'after': next_ccn})}" if next_ccn else "",
        "first_url": address if after else "",
        "is_paper": which == "on-paper",
    }
    return render(request, "campaigns/ccns.html", context)


@reviewers_only
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """For letters: the CCNs that no email reaches."""
    step = _step_or_404(pk, started=True)
    without_email = outcome.targets(step, "on-paper")
    if request.method != "HEAD":
        details = {**named(step), "list": "paper letters", "rows": without_email.count()}
        audit.record(DeskEvent.EXPORTED, actor=person_of(request), details=details)
    header = [
        *(_("CCN"), _("Provider"), _("Address line 1"), _("Address line 2")),
        *(_("City"), _("State"), _("ZIP code"), _("Phone of record"), _("Remark")),
    ]
    file_name = f"letters-campaign-{step.campaign_id}-step-{step.number}.csv"
    return csv_response(file_name, header, _paper_rows(without_email))


def _paper_rows(targets: QuerySet[CampaignTarget]) -> Iterator[list[Cell]]:
    for target in targets.iterator(chunk_size=500):
        home = target.provider
        yield [
            AsText(home.ccn),
            home.display_name,
            names.address(home.address_line_1),
            names.address(home.address_line_2),
            names.title(home.city),
            home.state,
            AsText(home.zip_plus_4),
            home.phone,
            _("A contact here wants no campaign letters") if target.has_declined else "",  # type: ignore[attr-defined]
        ]
