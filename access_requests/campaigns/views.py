"""Campaigns: the list, a new one, and the page of one. For CMS reviewers alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access_requests import keyset
from access_requests.campaigns import audience, progress, steps
from access_requests.campaigns.forms import (
    AudienceForm,
    CampaignForm,
    NewStepForm,
    initial_from,
    levels_asked,
    name_taken,
)
from access_requests.campaigns.steps import NameTaken, Refused
from access_requests.campaigns.wording import fitting
from access_requests.models import Campaign, CampaignStep
from accounts import kept_forms, second_factor
from accounts.cms_only import reviewers_only
from accounts.http import person_of

PAGE_SIZE = 25


@reviewers_only
@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Newest first."""
    after = keyset.read_id(request.GET.get("after", ""))
    rows = Campaign.objects.select_related("program", "created_by").prefetch_related("steps")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    every_step = [step for campaign in shown for step in campaign.steps.all()]
    counted = progress.of_steps(every_step)
    context = {
        "rows": [
            (campaign, [(step, counted[step.pk]) for step in campaign.steps.all()])
            for campaign in shown
        ],
        "next_url": keyset.next_url(request, str(shown[-1].pk)) if found[PAGE_SIZE:] else "",
        "first_url": request.path if after is not None else "",
    }
    return render(request, "campaigns/list.html", context)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader: _("Make a campaign"))
def new(request: HttpRequest) -> HttpResponse:
    """Who is meant is counted before anything is made: on the page while choosing, or by the
    button that only counts."""
    if request.method != "POST":
        initial = initial_from(request.GET)
        meant = _count_of(AudienceForm(initial))
        return _new_page(
            request, CampaignForm(initial=initial), meant, **_where_from(request.GET, meant)
        )
    form, counted = CampaignForm(request.POST), AudienceForm(request.POST)
    if "count" in request.POST:
        # Whoever only counts has not finished the form.
        form = CampaignForm(initial=request.POST.dict() | dict(_chosen(request)))
        status = 200 if counted.is_valid() else 422
        shown = form if counted.is_valid() else CampaignForm(request.POST)
        return _new_page(request, shown, _count_of(counted), status=status)
    meant = _count_of(counted)
    if form.is_valid() and meant is not None and not meant.ccns:
        form.add_error(None, _("No provider is meant. Choose more states, kinds or chains."))
    if not form.is_valid():
        return _new_page(request, form, meant, status=422)
    second_factor.require_fresh(request)
    try:
        made = steps.create(
            name=form.cleaned_data["name"], meant=form.audience(), by=person_of(request)
        )
    except NameTaken:
        form.add_error("name", ValidationError(name_taken()))
        return _new_page(request, form, meant, status=422)
    messages.success(
        request, _("The campaign is made. Read its first message, then start sending.")
    )
    return redirect("campaigns:step", made.steps.get().pk)


def _chosen(request: HttpRequest) -> list[tuple[str, list[str]]]:
    return [(name, request.POST.getlist(name)) for name in ("kinds", "states")]


def _where_from(query: QueryDict, meant: audience.Meant | None) -> dict[str, Any]:
    """What the list that somebody comes from said, where the campaign means others."""
    other = query.copy()
    other["level"] = "1"
    other.pop("listed", None)
    listed = keyset.read_id(query.get("listed", ""))
    return {
        "other_url": f"{reverse('campaigns:new')}?{other.urlencode()}"
        if len(levels_asked(query)) > 1
        else "",
        "listed": listed if meant is not None and listed != meant.ccns else None,
    }


def _new_page(
    request: HttpRequest,
    form: CampaignForm,
    meant: audience.Meant | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"form": form, "meant": meant, **more}
    return render(request, "campaigns/new.html", context, status=status)


def _count_of(form: AudienceForm) -> audience.Meant | None:
    """None where the form does not say who is meant."""
    return audience.meant_by(form.audience()) if form.is_valid() else None


@reviewers_only
@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """For the page while somebody is choosing. Posted, since it comes with a whole form."""
    meant = _count_of(AudienceForm(request.POST))
    return render(request, "campaigns/_meant.html", {"meant": meant})


@reviewers_only
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, pk)


def show(
    request: HttpRequest,
    pk: int,
    *,
    form: NewStepForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    campaigns = Campaign.objects.select_related("program", "created_by")
    campaign = get_object_or_404(campaigns, pk=pk)
    whom = audience.of_campaign(campaign)
    every_step = list(campaign.steps.all())
    counted = progress.of_steps(every_step)
    has_draft = any(step.state == CampaignStep.State.DRAFT for step in every_step)
    begun = {"wording": fitting(campaign.level, len(every_step) + 1)}
    new_step_form = form or NewStepForm(level=campaign.level, initial=begun)
    context = {
        "campaign": campaign,
        "facts": whom.facts(),
        "meant": audience.meant_by(whom),
        "steps": [(step, counted[step.pk]) for step in every_step],
        "new_step_form": None if has_draft else new_step_form,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "campaigns/detail.html", context, status=status)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def add_step(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return redirect("campaigns:detail", pk)
    form = NewStepForm(request.POST, level=get_object_or_404(Campaign, pk=pk).level)
    if not form.is_valid():
        return show(request, pk, form=form, status=422)
    second_factor.require_fresh(request)
    try:
        step = steps.add_step(pk, wording=form.cleaned_data["wording"], by=person_of(request))
    except Refused as refusal:
        return show(request, pk, refusal=str(refusal), status=409)
    messages.success(request, _("The step is in draft. Read its message, then start sending."))
    return redirect("campaigns:step", step.pk)
