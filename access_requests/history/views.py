"""The dated history of a request or of a CCN: a sheet that prints well, and a file.

It is proof of effort: who asked when, who had it, what was done so that it moved on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from access_requests import keyset, policy
from access_requests.history import emails, files, joint, reading, sheet, steps
from access_requests.history import psos as drawing
from access_requests.history.forms import PeriodForm
from access_requests.history.reading import Reading
from access_requests.history.steps import Period, Step
from access_requests.looks import record_look, record_people
from access_requests.models import AccessRequest, DeskEvent, EventType
from accounts import audit, notices
from accounts.csv_export import Cell, csv_response
from accounts.http import person_of
from accounts.models import User
from providers.models import Provider


@require_safe
def of_request(request: HttpRequest, pk: int) -> HttpResponse:
    user, access_request = person_of(request), _request(request, pk)
    record_look(request, access_request.requester, access_request.provider, pk)
    read = reading.of_request(user, access_request)
    several = joint.told(access_request, user)
    page = steps.of_request(read, access_request)
    told = sorted([*notices.deliveries_for_request(pk), *several], key=lambda each: each.told_at)
    context = {
        "access_request": access_request,
        "provider": access_request.provider,
        "who_has_it": sheet.who_has_it(access_request),
        "page": page,
        "letters": emails.letters(access_request, told, user, sees_all=read.sees_all),
        "issued_at": timezone.now(),
    }
    return render(request, "history/request.html", context)


@require_safe
def request_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    user, access_request = person_of(request), _request(request, pk)
    read = reading.of_request(user, access_request)
    name = f"request-{pk}-{timezone.localdate():%Y-%m-%d}.csv"
    _record_export(request, read, name, person=access_request.requester, request_id=pk)
    page = steps.of_request(read, access_request)
    return csv_response(name, files.header(), _cells(read, [page.steps]))


@require_safe
def of_provider(request: HttpRequest, ccn: str) -> HttpResponse:
    provider = _provider(ccn)
    read = _reading(request, provider)
    if provider.ccn != ccn:
        return redirect("history:provider", ccn=provider.ccn)
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return _sheet_of(request, read, form, Period(), status=422)
    return _sheet_of(request, read, form, form.period(), query=form.query())


@require_safe
def provider_file(request: HttpRequest, ccn: str) -> HttpResponseBase:
    """All lines of these days, sent while they are read. Each download is on record."""
    provider = _provider(ccn)
    read = _reading(request, provider)
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return _sheet_of(request, read, form, Period(), status=422)
    name = f"history-{provider.ccn}-{timezone.localdate():%Y-%m-%d}.csv"
    _record_export(request, read, name, days=form.query())
    return csv_response(name, files.header(), _cells(read, steps.every(read, form.period())))


def _sheet_of(
    request: HttpRequest,
    read: Reading,
    form: PeriodForm,
    period: Period,
    *,
    query: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    after, at = keyset.read_id(request.GET.get("after", "")), timezone.now()
    page, asked = steps.page(read, period, after), sheet.asked(read)
    psos = sheet.psos(read, asked.first_at, at)
    record_look(request, None, read.provider)
    holders = (each.assignment.user for each in psos.terms)
    record_people(request, [*_named(page.steps), *holders], read.provider)
    here, said = reverse("history:provider", args=[read.provider.ccn]), query or {}
    file = reverse("history:provider_file", args=[read.provider.ccn])
    context = {
        "provider": read.provider,
        "reading": read,
        "form": form,
        "days": {name: form.cleaned_data.get(name) for name in ("since", "until")},
        "page": page,
        "asked": asked,
        "psos": psos,
        "plot": drawing,
        "issued_at": at,
        "file_url": f"{file}?{urlencode(said)}",
        "next_url": f"{here}?{urlencode(said | {'after': page.after})}" if page.after else "",
        "first_url": f"{here}?{urlencode(said)}" if after is not None else "",
    }
    return render(request, "history/provider.html", context, status=status)


def _request(request: HttpRequest, pk: int) -> AccessRequest:
    user = person_of(request)
    visible = policy.with_standing(policy.visible_requests(user), user)
    related = ("requester", "provider", "role", "decided_by", "role_assignment")
    return get_object_or_404(visible.select_related(*related), pk=pk)


def _provider(ccn: str) -> Provider:
    try:
        return Provider.objects.get_by_ccn(ccn)
    except Provider.DoesNotExist as missing:
        raise Http404 from missing


def _reading(request: HttpRequest, provider: Provider) -> Reading:
    read = reading.of_provider(person_of(request), provider)
    if read is None:
        raise Http404
    return read


def _named(shown: Iterable[Step]) -> list[User]:
    return [each.person for each in shown if each.person is not None]


def _record_export(
    request: HttpRequest,
    read: Reading,
    name: str,
    *,
    person: User | None = None,
    request_id: int | None = None,
    days: dict[str, str] | None = None,
) -> None:
    if request.method == "HEAD":
        return
    audit.record(
        DeskEvent.EXPORTED,
        actor=read.viewer,
        person=person,
        ccn=read.provider.ccn,
        request_id=request_id,
        file_name=name,
        details={"list": "history", **(days or {})},
    )


def _cells(read: Reading, several: Iterable[list[Step]]) -> Iterator[list[Cell]]:
    named: set[int] = set()
    for some in several:
        _record_named(read, some, named)
        yield from files.rows(read, some)


def _record_named(read: Reading, shown: list[Step], named: set[int]) -> None:
    """Before they leave: whom CMS finds in these rows and in none before, in one line."""
    new = sorted({each.pk for each in _named(shown)} - named)
    if read.viewer.is_cms and new:
        named.update(new)
        audit.record(
            EventType.PERSON_VIEWED,
            actor=read.viewer,
            ccn=read.provider.ccn,
            details={"list": "history", "number": len(new), "people": new},
        )
