"""Whom CMS can write to: found by CCN, state or chain, entered and removed one by one."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access_requests import keyset
from access_requests.contacts import steps
from access_requests.contacts.forms import ContactForm, RemoveForm, SearchForm
from access_requests.models import Contact, ContactUpload, DeskEvent, EventType
from accounts import audit, bounces, kept_forms, second_factor
from accounts.cms_only import reviewers_only
from accounts.csv_export import AsText, Cell, csv_response
from accounts.http import person_of

PAGE_SIZE = 25


@reviewers_only
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Newest first. What is searched for is no name, so that it can stand in the address."""
    form = SearchForm(request.GET)
    after = keyset.read_id(request.GET.get("after", ""))
    rows: list[Contact] = []
    if form.is_valid():
        found = _found(form).order_by("-pk")
        found = found.filter(pk__lt=after) if after else found
        rows = list(found[: PAGE_SIZE + 1])
        _record_look(request, form, rows[:PAGE_SIZE])
    waiting = ContactUpload.objects.filter(state=ContactUpload.State.COMPARED)
    context = {
        "form": form,
        "contacts": rows[:PAGE_SIZE],
        "uploads": waiting.select_related("uploaded_by").defer("content")[:5],
        "is_search": any(form.data.get(name) for name in form.fields),
        "search": _address(form),
        "first_url": f"{request.path}?{_address(form)}" if after else "",
        "next_url": f"{request.path}?{_address(form, after=rows[PAGE_SIZE - 1].pk)}"
        if len(rows) > PAGE_SIZE
        else "",
    }
    return render(request, "contacts/list.html", context, status=422 if form.errors else 200)


def _found(form: SearchForm) -> QuerySet[Contact]:
    """Those that nobody has removed, closed providers' too: whoever looks for them must see."""
    asked = form.cleaned_data
    found = Contact.objects.filter(removed_at=None).select_related("provider", "provider__chain")
    if form.provider is not None:
        found = found.filter(provider=form.provider)
    if asked["state"]:
        found = found.filter(provider__state=asked["state"])
    if asked["chain"]:
        found = found.filter(provider__chain__name__icontains=asked["chain"])
    return found.annotate(**{"email_comes_back": bounces.comes_back("email")})


def _address(form: SearchForm, **more: object) -> str:
    asked = {name: form.data.get(name, "") for name in form.fields}
    return urlencode({name: value for name, value in {**asked, **more}.items() if value})


def _record_look(request: HttpRequest, form: SearchForm, shown: list[Contact]) -> None:
    if shown and request.method != "HEAD":
        audit.record(
            EventType.PERSON_VIEWED,
            actor=person_of(request),
            ccn=form.provider.ccn if form.provider else "",
            details={"contacts": len(shown)},
        )


@reviewers_only
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    form = SearchForm(request.GET)
    if not form.is_valid():
        return listed(request)
    if request.method == "HEAD":
        return HttpResponse(content_type="text/csv; charset=utf-8")
    asked = {name: str(value) for name, value in form.cleaned_data.items() if value}
    details = {"list": "contacts", **asked}
    audit.record(DeskEvent.EXPORTED, actor=person_of(request), details=details)
    header = ["CCN", "Provider", "State", "Chain", "Name", "Position", "Email", "Phone"]
    header += ["Email comes back", "No campaign letters since", "Added", "How"]
    return csv_response("contacts.csv", header, _lines(_found(form)))


def _lines(found: QuerySet[Contact]) -> Iterator[list[Cell]]:
    for each in found.order_by("provider__ccn", "pk").iterator(chunk_size=1000):
        yield [
            AsText(each.provider.ccn),
            each.provider.display_name,
            each.provider.state,
            str(each.provider.chain or ""),
            each.name,
            each.position,
            each.email,
            each.phone,
            _("yes") if each.email_comes_back else "",  # type: ignore[attr-defined]
            formats.date_format(each.declined_at, "Y-m-d") if each.declined_at else "",
            formats.date_format(each.added_at, "Y-m-d"),
            str(each.get_source_display()),
        ]


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader: _("Add a contact"))
def new(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        form = ContactForm(initial={"ccn": request.GET.get("ccn", "")[:60]})
        return render(request, "contacts/new.html", {"form": form})
    second_factor.require_fresh(request)
    form = ContactForm(request.POST)
    if form.is_valid() and form.provider is not None:
        said = {name: form.cleaned_data[name] for name in ("name", "position", "email", "phone")}
        try:
            contact = steps.add(provider=form.provider, by=person_of(request), **said)
        except ValidationError as refusal:
            form.add_error("email", refusal)
        else:
            added = _("%(contact)s is now a contact of %(provider)s, CCN %(ccn)s.")
            words = {"contact": contact, "provider": form.provider.display_name}
            messages.success(request, added % {**words, "ccn": form.provider.ccn})
            return _to_those_of(form.provider.ccn)
    return render(request, "contacts/new.html", {"form": form}, status=422)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader, pk: _("Remove a contact"))
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(Contact.objects.select_related("provider"), pk=pk)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        second_factor.require_fresh(request)
        if form.is_valid():
            try:
                steps.remove(contact.pk, by=person_of(request), why=form.cleaned_data["why"])
            except ValidationError as refusal:
                messages.info(request, " ".join(refusal.messages))
            else:
                messages.success(request, _("%(contact)s is removed.") % {"contact": contact})
            return _to_those_of(contact.provider.ccn)
    context = {"form": form, "contact": contact, "provider": contact.provider}
    return render(request, "contacts/remove.html", context, status=422 if form.errors else 200)


def _to_those_of(ccn: str) -> HttpResponse:
    return redirect(f"{reverse('contacts:list')}?{urlencode({'ccn': ccn})}")
