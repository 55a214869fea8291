"""CMS's list of missing providers, and the three ways in which a report ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from access_requests import keyset
from access_requests.models import UnlistedProvider
from access_requests.unlisted import ending, machine_help, views
from access_requests.unlisted.adding import NoIdentifierLeft
from access_requests.unlisted.cms_forms import AddForm, AlsoForm, AnswerForm, OnRosterForm
from access_requests.unlisted.ending import Ended, ProviderClosed
from access_requests.unlisted.reporting import AlreadyEnded
from accounts import kept_forms, second_factor
from accounts.cms_only import cms_only, reviewers_only
from accounts.http import person_of
from providers.models import Provider

PAGE_SIZE = 15
View = Callable[..., HttpResponse]


@cms_only
@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """Open reports, oldest first, each with what the machine knows; or those that have ended."""
    if request.GET.get("show") == "ended":
        return _ended(request)
    rows = UnlistedProvider.objects.filter(status=UnlistedProvider.State.OPEN)
    key = keyset.read(request.GET.get("after", ""))
    if key is not None:
        at, pk = key
        rows = rows.filter(Q(reported_at__gt=at) | Q(reported_at=at, pk__gt=pk))
    found = list(
        machine_help.with_others_counted(rows)
        .select_related("reporter", "role")
        .order_by("reported_at", "pk")[: PAGE_SIZE + 1]
    )
    shown = found[:PAGE_SIZE]
    views.record_looks(request, shown)
    last = keyset.write(shown[-1].reported_at, shown[-1].pk) if found[PAGE_SIZE:] else ""
    context = {
        "helps": machine_help.of(shown),
        "next_url": keyset.next_url(request, last) if last else "",
        "first_url": request.path if key else "",
    }
    return render(request, "unlisted/report_list.html", context)


def _ended(request: HttpRequest) -> HttpResponse:
    after = keyset.read_id(request.GET.get("after", ""))
    rows = UnlistedProvider.objects.exclude(status=UnlistedProvider.State.OPEN)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    ordered = rows.select_related("reporter", "provider", "ended_by").order_by("-pk")
    found = list(ordered[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    views.record_looks(request, shown)
    first_url = f"{request.path}?show=ended"
    context = {
        "reports": shown,
        "next_url": f"{first_url}&after={shown[-1].pk}" if found[PAGE_SIZE:] else "",
        "first_url": first_url if after is not None else "",
    }
    return render(request, "unlisted/ended_list.html", context)


def step(view: View) -> View:
    """A refused step answers 409 on the report's page, saying why. Opened without sending
    anything, each leads there."""

    @wraps(view)
    def inner(request: HttpRequest, pk: int) -> HttpResponse:
        report = get_object_or_404(UnlistedProvider, pk=pk)
        if request.method != "POST":
            return redirect(report)
        if not report.is_open:
            return views.show(request, pk, status=409, refusal=str(AlreadyEnded(report)))
        try:
            return view(request, report)
        except UnlistedProvider.DoesNotExist as missing:
            raise Http404 from missing
        except (AlreadyEnded, ProviderClosed, NoIdentifierLeft) as refusal:
            return views.show(request, pk, status=409, refusal=str(refusal))

    return reviewers_only(require_http_methods(["GET", "HEAD", "POST"])(inner))  # type: ignore[return-value]


@step
@kept_forms.keeps(lambda reader, pk: _("Report %(pk)s: it is on the roster") % {"pk": pk})
def is_on_roster(request: HttpRequest, report: UnlistedProvider) -> HttpResponse:
    said = request.POST.copy()
    # One of the providers the page offers, by a button of its own.
    compare = said.get("compare", "")
    if chosen := said.get("chosen") or (compare if compare != "typed" else ""):
        said["roster-ccn"] = chosen
    form, also = OnRosterForm(said), _also(request, report)
    # The Enter key in some field: it chooses none of the three ways.
    if said.get("entered") and not said.get("roster-ccn", "").strip():
        refusal = _("Choose how the report ends by one of the buttons below.")
        return _shown_again(request, report, also, refusal=refusal)
    if not (form.is_valid() and also.is_valid()):
        return _faulty(request, report, also, form, roster_form=form)
    if compare:
        context = comparison(report, form.provider) | {"also": also.cleaned_data["also"]}
        return render(request, "unlisted/compare.html", context)
    second_factor.require_fresh(request)
    try:
        ended = ending.is_on_roster(
            report.pk,
            also=also.cleaned_data["also"],
            provider_id=form.provider.pk,
            by=person_of(request),
        )
    except Provider.DoesNotExist:
        form.add_error("ccn", _just_became_one(form.cleaned_data["ccn"]))
        return _faulty(request, report, also, form, roster_form=form)
    return _done(request, ended)


def comparison(report: UnlistedProvider, listed: Provider) -> dict[str, Any]:
    facts = [
        (_("Number"), report.typed, listed.ccn),
        (_("Name"), report.name, listed.display_name),
        (_("City and state"), f"{report.city}, {report.state}", listed.place),
        (_("Phone of record"), "", listed.phone),
        (_("Kind"), "", listed.get_kind_display()),
    ]
    return {"report": report, "provider": listed, "facts": facts}


@step
@kept_forms.keeps(lambda reader, pk: _("Report %(pk)s: add the provider") % {"pk": pk})
def add(request: HttpRequest, report: UnlistedProvider) -> HttpResponse:
    form, also = AddForm(request.POST), _also(request, report)
    if not (form.is_valid() and also.is_valid()):
        return _faulty(request, report, also, form, add_form=form)
    second_factor.require_fresh(request)
    also_these = also.cleaned_data["also"]
    try:
        ended = ending.add(report.pk, also=also_these, new=form.new(), by=person_of(request))
    except Provider.DoesNotExist:
        form.add_error("ccn", _just_became_one(form.cleaned_data["ccn"]))
        return _faulty(request, report, also, form, add_form=form)
    return _done(request, ended)


@step
@kept_forms.keeps(lambda reader, pk: _("Report %(pk)s: answer without adding") % {"pk": pk})
def answer(request: HttpRequest, report: UnlistedProvider) -> HttpResponse:
    form, also = AnswerForm(request.POST), _also(request, report)
    if not (form.is_valid() and also.is_valid()):
        return _faulty(request, report, also, form, answer_form=form)
    second_factor.require_fresh(request)
    ended = ending.answer(
        report.pk,
        also=also.cleaned_data["also"],
        text=form.answer(),
        by=person_of(request),
    )
    return _done(request, ended)


def _just_became_one(ccn: str) -> str:
    """The row went between the form and the lock: its CCN is another row's now."""
    return _(
        "%(ccn)s has just become one with another provider. Look again: the number finds it."
    ) % {"ccn": ccn}


def _also(request: HttpRequest, report: UnlistedProvider) -> AlsoForm:
    return AlsoForm(request.POST, others=machine_help.others(report))


def _faulty(
    request: HttpRequest,
    report: UnlistedProvider,
    also: AlsoForm,
    form: forms.Form,
    **bound: forms.Form,
) -> HttpResponse:
    return _shown_again(request, report, also, **bound, form=also if also.errors else form)


def _shown_again(
    request: HttpRequest, report: UnlistedProvider, also: AlsoForm, **bound: Any
) -> HttpResponse:
    """422: what was typed stays, in the other ways to end the report as well."""
    typed: dict[str, Any] = {
        "roster_form": OnRosterForm(initial=_typed(request, OnRosterForm)),
        "add_form": AddForm(initial=_typed(request, AddForm)),
        "answer_form": AnswerForm(initial=_typed(request, AnswerForm)),
    }
    return views.show(request, report.pk, status=422, also_form=also, **(typed | bound))


def _typed(request: HttpRequest, kind: type[forms.Form]) -> dict[str, str]:
    names = kind.base_fields
    return {name: request.POST.get(f"{kind.prefix}-{name}", "") for name in names}


def _done(request: HttpRequest, ended: Ended) -> HttpResponse:
    done = ngettext(
        "Done. The person who reported it was told.",
        "Done: %(n)d reports have ended, and the people who made them were told.",
        len(ended.reports),
    )
    said = [done % {"n": len(ended.reports)}]
    if ended.provider is not None:
        where = (
            _("It is on the roster as %(ccn)s, %(name)s.")
            if ended.was_listed
            else _("The roster now has %(ccn)s, %(name)s.")
        )
        said.append(where % {"ccn": ended.provider.ccn, "name": ended.provider.display_name})
    if ended.filed:
        filed = ngettext("%(n)d request goes on there.", "%(n)d requests go on there.", ended.filed)
        said.append(filed % {"n": ended.filed})
    if ended.not_filed:
        said.append(
            ngettext(
                "%(n)d request could not be filed now; its reporter reads why.",
                "%(n)d requests could not be filed now; their reporters read why.",
                ended.not_filed,
            )
            % {"n": ended.not_filed}
        )
    messages.success(request, " ".join(said))
    return redirect("unlisted:list")
