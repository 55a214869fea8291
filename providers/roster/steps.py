"""What a reviewer decides about an upload; the rules are those of uploads."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import second_factor
from accounts.cms_only import reviewers_only
from accounts.http import person_of
from providers.models import RosterDifference, RosterUpload
from providers.roster import difference_pages, uploads, views

View = Callable[[HttpRequest, int], HttpResponse]
_CLOSINGS_NAMED = 20


def step(view: View) -> Callable[..., HttpResponseBase]:
    """A refused step answers 409 on the page of the upload, saying why; opened without sending
    anything, it leads there.
    """

    @reviewers_only
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def inner(request: HttpRequest, pk: int) -> HttpResponse:
        if not RosterUpload.objects.filter(pk=pk).exists():
            raise Http404
        if request.method != "POST":
            return redirect("rosters:detail", pk)
        try:
            return view(request, pk)
        except uploads.StepRefused as refusal:
            return views.show(request, pk, refusal=str(refusal), status=409)

    return inner


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """By POST. Where too many would close, or the file is old, GET has the button that says so."""
    if request.method != "POST":
        return _confirm(request, pk)
    if not RosterUpload.objects.filter(pk=pk).exists():
        raise Http404
    second_factor.require_fresh(request)
    closing = difference_pages.read_key(request.POST.get("closing", ""))
    digest, older = request.POST.get("difference", ""), request.POST.get("older") == "yes"
    reader = person_of(request)
    try:
        accepted = uploads.accept(pk, by=reader, digest=digest, closing=closing, older=older)
    except uploads.MustConfirm:
        return redirect("rosters:accept", pk)
    except uploads.StepRefused as refusal:
        return views.show(request, pk, refusal=str(refusal), status=409)
    return redirect(accepted)


def _confirm(request: HttpRequest, pk: int) -> HttpResponse:
    upload = get_object_or_404(RosterUpload.objects.defer("content"), pk=pk)
    if upload.state != RosterUpload.State.COMPARED or not upload.needs_confirmation:
        return redirect(upload)
    closing = upload.differences.filter(what=RosterDifference.What.CLOSED)
    number, listed = upload.counts["closed"], upload.counts["listed"]
    context = {
        "upload": upload,
        "number": number,
        "listed": listed,
        "percent": f"{100 * number / max(1, listed):.1f}",
        "named": closing[:_CLOSINGS_NAMED],
        "not_named": max(0, number - _CLOSINGS_NAMED),
    }
    return render(request, "rosters/accept.html", context)


@step
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    second_factor.require_fresh(request)
    dropped = uploads.drop(pk, by=person_of(request))
    said = _("%(file)s was dropped. Nothing was changed.")
    messages.success(request, said % {"file": dropped.file_name})
    return redirect("rosters:list")


@step
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    second_factor.require_fresh(request)
    return redirect(uploads.compare_again(pk))


@step
def repairs(request: HttpRequest, pk: int) -> HttpResponse:
    """`all` is yes or no; without it, the lines `shown` are repaired as far as `accepted`."""
    second_factor.require_fresh(request)
    reader = person_of(request)
    for_all = request.POST.get("all")
    if for_all in ("yes", "no"):
        upload = uploads.choose_all_repairs(pk, by=reader, choice=for_all == "yes")
    else:
        accepted = set(_numbers(request, "accepted"))
        choices = {line: line in accepted for line in _numbers(request, "shown")}
        upload = uploads.choose_repairs(pk, by=reader, choices=choices)
    if upload.state == RosterUpload.State.COMPARED:
        messages.info(request, _("No choice was changed."))
    return redirect(upload)


def _numbers(request: HttpRequest, name: str) -> list[int]:
    keys = map(difference_pages.read_key, request.POST.getlist(name))
    return [key for key in keys if key is not None]
