"""What CMS's reviewers see of the files they bring in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseStopPolling

from accounts import audit
from accounts.cms_only import reviewers_only
from accounts.csv_export import csv_response
from accounts.http import person_of
from providers.models import RosterImport, RosterUpload
from providers.roster import difference_pages, figures, uploads, working
from providers.roster import progress as worker_progress
from providers.roster.forms import UploadForm

State = RosterUpload.State
_IMPORTS_A_PAGE: Final = 25
_UPLOADS_SHOWN: Final = 20
# What came to nothing is of interest for a while.
_REMEMBERED: Final = timedelta(days=7)
# A page that is left open does not ask for ever, nor keep its reader signed in.
_LONGEST_WATCHED: Final = timedelta(minutes=15)


@reviewers_only
@require_safe
def roster_list(request: HttpRequest) -> HttpResponse:
    newest = (
        RosterImport.objects.select_related("by", "upload")
        .order_by("layout", F("as_of").desc(nulls_last=True), "-id")
        .distinct("layout")
    )
    current = (
        RosterUpload.objects.filter(
            Q(ended_at=None)
            | Q(state__in=[State.UNUSABLE, State.DROPPED])
            & Q(ended_at__gt=timezone.now() - _REMEMBERED)
        )
        .select_related("uploaded_by")
        .defer("content")
    )
    imports = RosterImport.objects.select_related("by", "upload").defer("upload__content")
    after = difference_pages.read_key(request.GET.get("after", ""))
    if after is not None:
        imports = imports.filter(pk__lt=after)
    shown = list(imports[: _IMPORTS_A_PAGE + 1])
    has_more = len(shown) > _IMPORTS_A_PAGE
    del shown[_IMPORTS_A_PAGE:]
    context = {
        "newest": newest.defer("upload__content"),
        "uploads": current[:_UPLOADS_SHOWN],
        "imports": shown,
        "next_url": f"{request.path}?after={shown[-1].pk}" if has_more else "",
        "first_url": request.path if after is not None else "",
    }
    return render(request, "rosters/list.html", context)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "rosters/upload.html", {"form": UploadForm()})
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "rosters/upload.html", {"form": form}, status=422)
    said = form.cleaned_data
    received = uploads.receive(
        name=said["file"].name,
        raw=said["raw"],
        layout=said["layout"],
        by=person_of(request),
    )
    return redirect(received)


@reviewers_only
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, pk)


def show(request: HttpRequest, pk: int, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """The page of an upload; a refused step comes back to it with the reason."""
    this = _get(pk)
    context: dict[str, Any] = {"upload": this, "refusal": refusal}
    if this.state in working.DUE:
        context |= _progress_of(this)
    elif this.state in (State.COMPARED, State.IMPORTED):
        page = difference_pages.page(this, request.GET)
        context |= {"page": page, "figures": figures.of(this, shown=page.which)}
    if this.state == State.COMPARED:
        context["newer_import"] = RosterImport.objects.filter(at__gt=this.compared_at).first()
    return render(request, "rosters/detail.html", context, status=status)


def _get(pk: int) -> RosterUpload:
    people = RosterUpload.objects.select_related("uploaded_by", "accepted_by", "roster_import")
    return get_object_or_404(people.defer("content"), pk=pk)


def _progress_of(this: RosterUpload) -> dict[str, Any]:
    since = this.accepted_at or this.compared_at or this.uploaded_at
    return {
        "progress": worker_progress.of(this),
        "is_watched": timezone.now() - since < _LONGEST_WATCHED,
    }


@reviewers_only
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar, for a page that asks every second; then the way to what came of it.

    `said` is the step which that page has told its reader: only another one is told.
    """
    this = _get(pk)
    if this.state in working.DUE:
        context = {"upload": this, "said": request.GET.get("said", ""), **_progress_of(this)}
        response = render(request, "rosters/_progress_bar.html", context)
        if not context["is_watched"]:
            response.status_code = HttpResponseStopPolling.status_code
        return response
    if request.method == "GET":
        # Takes the focus where the page opens, so that it is heard too.
        messages.info(request, _what_came_of(this))
    return HttpResponseClientRedirect(this.get_absolute_url())


def _what_came_of(this: RosterUpload) -> str:
    return {
        State.COMPARED: _("The file is compared. Nothing is changed until you accept it."),
        State.IMPORTED: _("The file is imported."),
    }.get(State(this.state), str(this.get_state_display()))


@reviewers_only
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponseBase:
    this = get_object_or_404(
        RosterUpload.objects.defer("content"), pk=pk, state__in=[State.COMPARED, State.IMPORTED]
    )
    if request.method == "GET":
        details = {"list": "roster_report", "upload": this.pk, "layout": this.layout}
        audit.record("exported", actor=person_of(request), details=details)
    rows = difference_pages.report(this)
    return csv_response(f"roster-report-{this.pk}.csv", difference_pages.report_header(), rows)
