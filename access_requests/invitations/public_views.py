"""The page behind the link in an invitation. Opening it does nothing; whoever has the link reads
what it is about, and not to which address it was sent."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access_requests.invitations import links, pages
from access_requests.invitations.pages import Ways
from accounts import kept_forms
from accounts.limits import HOUR, per_address

# Of the pages by one address; a chain's office may have only one.
PAGES = (120, HOUR)


@login_not_required
@never_cache
@per_address("invitations", PAGES)
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    letter = links.letter_behind(token)
    return pages.show(request, letter, _ways(token)) if letter else _unknown(request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader, token: _("Accept an invitation"))
def accept(request: HttpRequest, token: str) -> HttpResponse:
    letter = links.letter_behind(token)
    return pages.accept(request, letter, _ways(token)) if letter else _unknown(request)


@login_not_required
@never_cache
@per_address("invitations", PAGES)
@require_POST
def decline(request: HttpRequest, token: str) -> HttpResponse:
    letter = links.letter_behind(token)
    return pages.decline(request, letter, _ways(token)) if letter else _unknown(request)


def _ways(token: str) -> Ways:
    return Ways(
        open=links.path_of(token),
        accept=reverse("invitations:accept", args=[token]),
        decline=reverse("invitations:decline", args=[token]),
    )


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "invitations/unknown.html", status=404)
