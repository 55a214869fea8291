"""Everyone with a role at a PSO's CCNs: as a list, as a file, and one person's roles there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access_requests import keyset
from access_requests.models import AccessRequest, AssignmentStatus, DeskEvent, RoleAssignment
from access_requests.people import finding, rows, showing
from access_requests.people.filters import FilterForm, Filters, SearchForm
from access_requests.service_center.search import read_token, write_token
from accounts import audit, bounces
from accounts.csv_export import AsText, Cell, csv_response
from accounts.http import person_of
from accounts.models import User
from providers import names

PAGE_SIZE = 25
MOST_EARLIER = 10


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """A name that is searched for comes by POST, and stands encrypted in the address after that."""
    viewer = person_of(request)
    form = _filter_form(request)
    filters = _filters(request, form)
    if request.method == "POST":
        search = SearchForm(request.POST)
        if not search.is_valid():
            return _list(request, form, filters, search=search, status=422)
        token = write_token(search.cleaned_data["q"], viewer)
        return redirect(filters.address(request.path, search=token))
    if "search" in request.GET and not filters.typed:
        messages.info(request, _("This search is over. Search again."))
    return _list(request, form, filters, status=422 if form.errors else 200)


def _list(
    request: HttpRequest,
    form: FilterForm,
    filters: Filters,
    *,
    search: SearchForm | None = None,
    status: int = 200,
) -> HttpResponse:
    viewer = person_of(request)
    after = keyset.read_id(request.GET.get("after", ""))
    page = finding.page(viewer, filters, after=after, size=PAGE_SIZE)
    in_groups = rows.together if filters.is_by_end else rows.grouped
    first = filters.address(request.path)
    here = request.get_full_path() if after else first
    show = partial(showing.of_people, back=here, names_ccns=filters.is_by_end)
    context = {
        # base.html and the error summary look for the form that has errors.
        "form": search or form,
        "filter_form": form,
        "search_form": search or SearchForm(initial={"q": filters.typed}),
        "filters": filters,
        "groups": in_groups(page.roles, viewer, show),
        "how_many": showing.how_many(page, is_first=after is None),
        "here": here,
        "search_url": filters.without_search().address(request.path),
        "next_url": filters.address(request.path, after=page.after) if page.after else "",
        "first_url": first if after is not None else "",
        "export_url": filters.address(request.path + "export/"),
    }
    return render(request, "people/list.html", context, status=status)


def _filter_form(request: HttpRequest) -> FilterForm:
    """Whoever is PSO nowhere has no such page."""
    mine = finding.ccns_of(person_of(request))
    if not mine:
        raise Http404
    few = mine if len(mine) <= finding.MOST_CHOICES else None
    return FilterForm(request.GET, mine=few)


def _filters(request: HttpRequest, form: FilterForm) -> Filters:
    form.is_valid()
    token = request.GET.get("search", "")
    typed = read_token(token, person_of(request)) if token else ""
    return replace(form.filters(), typed=typed, search=token if typed else "")


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The whole list under these filters."""
    viewer = person_of(request)
    filters = _filters(request, _filter_form(request))
    if request.method == "HEAD":
        return HttpResponse(content_type="text/csv; charset=utf-8")
    details = {"list": "people", "filters": filters.used}
    audit.record(DeskEvent.EXPORTED, actor=viewer, ccn=filters.ccn, details=details)
    header = [
        _("CCN"),
        _("Provider"),
        _("City"),
        _("State"),
        _("Name"),
        _("User ID"),
        _("Email"),
        _("Belongs as"),
        _("Job title"),
        _("Employer"),
        _("Role held"),
        _("Status"),
        _("Since"),
        _("Last signed in"),
        _("Last day"),
    ]
    name = f"people-{timezone.localdate():%Y-%m-%d}.csv"
    return csv_response(name, header, _lines(viewer, filters))


def _lines(viewer: User, filters: Filters) -> Iterator[list[Cell]]:
    for several in finding.every(viewer, filters):
        yield from map(_line, several)


def _line(role: RoleAssignment) -> list[Cell]:
    seen = role.user.last_login
    return [
        AsText(role.provider.ccn),
        role.provider.display_name,
        names.title(role.provider.city),
        role.provider.state,
        role.user.full_name,
        AsText(role.user.username),
        role.user.email,
        role.get_affiliation_display(),
        role.access_request.job_title,
        role.access_request.employer,
        str(role.role),
        role.get_status_display(),
        f"{timezone.localtime(role.granted_at):%Y-%m-%d}",
        f"{timezone.localtime(seen):%Y-%m-%d}" if seen else _("Never"),
        role.ends_on.isoformat() if role.ends_on else "",
    ]


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What this person holds, held and asks for at the viewer's CCNs; nothing of elsewhere."""
    viewer = person_of(request)
    own = RoleAssignment.objects.active().psos().filter(user=viewer).values("provider")
    people = User.objects.annotate(**{"email_comes_back": bounces.comes_back("email")})
    whom: Any = get_object_or_404(people, pk=pk)
    after = keyset.read_id(request.GET.get("after", ""))
    page = finding.page(viewer, Filters(person=pk), after=after, size=PAGE_SIZE)
    ended = _ended(whom).filter(provider__in=own)[: MOST_EARLIER + 1]
    asked = _open_requests(whom).filter(provider__in=own)[: MOST_EARLIER + 1]
    if not (page.roles or ended or asked):
        raise Http404
    show = partial(showing.of_roles, back=request.get_full_path())
    context: dict[str, Any] = {
        "person": whom,
        "filters": Filters(),
        "groups": rows.grouped(page.roles, viewer, show),
        "email_comes_back": whom.email_comes_back,
        "here": request.get_full_path(),
        "ended": ended[:MOST_EARLIER],
        "has_more_ended": len(ended) > MOST_EARLIER,
        "asked": asked[:MOST_EARLIER],
        "has_more_asked": len(asked) > MOST_EARLIER,
        "most": MOST_EARLIER,
        "next_url": keyset.next_url(request, str(page.after)) if page.after else "",
        "first_url": request.path if after is not None else "",
    }
    return render(request, "people/person.html", context)


def _ended(whom: User) -> Any:
    roles = RoleAssignment.objects.filter(user=whom, status=AssignmentStatus.ENDED)
    return roles.select_related("provider", "role").order_by("-ended_at", "-pk")


def _open_requests(whom: User) -> Any:
    requests = AccessRequest.objects.open().filter(requester=whom)
    return requests.select_related("provider", "role").order_by("submitted_at", "pk")
