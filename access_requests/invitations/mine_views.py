"""The same pages for the account whose verified address was invited, without the link. To anybody
else there is nothing: which invitations exist is nobody's to try out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access_requests.invitations import mine, pages
from access_requests.invitations.pages import Ways
from access_requests.models import InvitationLetter
from accounts import kept_forms
from accounts.http import person_of


@never_cache
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    return pages.show(request, _letter_or_404(request, pk), _ways(pk))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader, pk: _("Accept an invitation"))
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    return pages.accept(request, _letter_or_404(request, pk), _ways(pk))


@never_cache
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    return pages.decline(request, _letter_or_404(request, pk), _ways(pk))


def _letter_or_404(request: HttpRequest, pk: int) -> InvitationLetter:
    theirs = mine.letters_to(person_of(request)).select_related("invited_by")
    letter: InvitationLetter = get_object_or_404(theirs, pk=pk)
    return letter


def _ways(pk: int) -> Ways:
    return Ways(
        open=reverse("invitations:mine", args=[pk]),
        accept=reverse("invitations:accept_mine", args=[pk]),
        decline=reverse("invitations:decline_mine", args=[pk]),
    )
