"""A list of contacts taken in two steps: uploaded and compared, then agreed to. The file is kept
between the two, so that the yes needs no second upload and can be somebody else's."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access_requests.contacts import lists, steps
from access_requests.contacts.comparison import Comparison, Refused
from access_requests.contacts.forms import UploadForm
from access_requests.models import ContactUpload, DeskEvent
from accounts import audit, second_factor
from accounts.cms_only import reviewers_only
from accounts.csv_export import AsText, Cell, csv_response
from accounts.http import person_of

# Beyond these the page shows no rows; the whole of it is the file of refused rows.
MOST_SHOWN = 50


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Changes nothing yet: the comparison follows."""
    if request.method != "POST":
        return render(request, "contacts/upload.html", {"form": UploadForm()})
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        raw = file.read(lists.MOST_BYTES + 1)
        try:
            kept = steps.keep_list(raw, file_name=file.name, by=person_of(request))
        except lists.Unusable as problem:
            form.add_error("file", str(problem))
        else:
            return redirect("contacts:comparison", kept.pk)
    return render(request, "contacts/upload.html", {"form": form}, status=422)


@reviewers_only
@require_safe
def template(request: HttpRequest) -> HttpResponseBase:
    """The headings, and one line that shows how each is filled in."""
    example = [AsText("015009"), "Ada Winter", _("Administrator"), "ada@example.com"]
    return csv_response("contacts-template.csv", lists.TEMPLATE, [[*example, "(555) 010-0100"]])


@reviewers_only
@require_safe
def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, _upload(pk))


def _upload(pk: int) -> ContactUpload:
    return get_object_or_404(ContactUpload.objects.select_related("uploaded_by", "ended_by"), pk=pk)


def _show(
    request: HttpRequest, kept: ContactUpload, *, status: int = 200, has_changed: bool = False
) -> HttpResponse:
    is_open = kept.state == ContactUpload.State.COMPARED
    compared = steps.comparison_of(kept) if is_open else None
    context = {
        "upload": kept,
        "compared": compared,
        "sentence": _sentence(compared) if compared else "",
        "shown_new": compared.new[:MOST_SHOWN] if compared else [],
        "shown_refused": compared.refused[:MOST_SHOWN] if compared else [],
        "most_shown": MOST_SHOWN,
        "has_changed": has_changed,
    }
    return render(request, "contacts/comparison.html", context, status=status)


def _sentence(compared: Comparison) -> str:
    """ "213 new, 5 already there, 4 cannot be taken." """
    refused = len(compared.refused)
    parts = [
        _("%(n)s new") % {"n": f"{len(compared.new):,}"},
        _("%(n)s already there") % {"n": f"{compared.known:,}"},
        ngettext("%(n)s cannot be taken", "%(n)s cannot be taken", refused) % {"n": f"{refused:,}"},
    ]
    return ", ".join(parts) + "."


@reviewers_only
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    kept = _upload(pk)
    second_factor.require_fresh(request)
    digest = request.POST.get("digest", "")
    try:
        kept = steps.take_in(kept.pk, by=person_of(request), digest=digest)
    except steps.Changed:
        return _show(request, kept, status=409, has_changed=True)
    except ValidationError as refusal:
        messages.info(request, " ".join(refusal.messages))
        return redirect("contacts:comparison", kept.pk)
    number = int(kept.counts["new"])
    said = ngettext("%(n)s contact added.", "%(n)s contacts added.", number) % {"n": f"{number:,}"}
    messages.success(request, said)
    return redirect("contacts:list")


@reviewers_only
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    kept = _upload(pk)
    try:
        steps.drop(kept.pk, by=person_of(request))
    except ValidationError as refusal:
        messages.info(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The list is dropped. Nothing was added."))
    return redirect("contacts:list")


@reviewers_only
@require_safe
def refused(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows that cannot be taken, with their numbers and why: to be put right and sent again."""
    kept = _upload(pk)
    if kept.state != ContactUpload.State.COMPARED:
        return redirect("contacts:comparison", kept.pk)
    rows = steps.comparison_of(kept).refused
    if request.method != "HEAD":
        details = {"list": "refused_contacts", "rows": len(rows)}
        audit.record(
            DeskEvent.EXPORTED, actor=person_of(request), file_name=kept.file_name, details=details
        )
    header = [_("Row"), *lists.TEMPLATE, _("Why it cannot be taken")]
    return csv_response("contacts-refused.csv", header, _lines(rows))


def _lines(rows: list[Refused]) -> Iterator[list[Cell]]:
    for row in rows:
        cells = [row.said.get(field, "") for field in lists.FIELDS]
        yield [row.number, AsText(row.said.get("ccn", "")), *cells, row.why]
