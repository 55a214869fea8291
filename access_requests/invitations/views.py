"""The inviter's pages: invite, what was sent, send again, withdraw."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from access_requests import keyset
from access_requests.invitations import inviting, listing, rules
from access_requests.invitations.forms import InviteForm
from access_requests.invitations.listing import Row
from access_requests.invitations.rules import CannotInvite, Place
from access_requests.models import Invitation
from accounts import kept_forms
from accounts.http import person_of
from accounts.models import User


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """My invitations, newest first."""
    user = _not_of_cms(request)
    after = keyset.read_id(request.GET.get("after", ""))
    rows = listing.sent_by(user, after)
    shown = rows[: listing.PAGE_SIZE]
    more = rows[listing.PAGE_SIZE :]
    places = [] if shown else rules.places_of(user)
    context = {
        "rows": shown,
        "may_invite": bool(shown or places),
        "only_psos": all(each.only_psos for each in places),
        "as_vendor": any(each.as_vendor for each in places),
        "next_url": keyset.next_url(request, str(shown[-1].letter.pk)) if more else "",
        "first_url": request.path if after is not None else "",
    }
    return render(request, "invitations/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader: _("Invite somebody"))
def new(request: HttpRequest) -> HttpResponse:
    user = _not_of_cms(request)
    places = rules.places_of(user)
    if not places:
        if request.method == "POST":
            raise PermissionDenied(
                _("You can invite once you are PSO somewhere, or wait for one there.")
            )
        return render(request, "invitations/nowhere.html")
    if request.method != "POST":
        return _form_page(request, InviteForm(initial=_initial(request), places=places), places)
    form = InviteForm(request.POST, places=places)
    if form.is_valid():
        try:
            letter = inviting.invite(
                form.wanted(), provider_ids=form.cleaned_data["places"], by=user
            )
        except CannotInvite as refusal:
            form.add_refusal(refusal.field, str(refusal))
        else:
            messages.success(
                request, _("Your invitation is on its way. This page says what becomes of it.")
            )
            return redirect(letter)
    return _form_page(request, form, places)


def _form_page(request: HttpRequest, form: InviteForm, places: Sequence[Place]) -> HttpResponse:
    context = {
        "form": form,
        "only_place": places[0] if len(places) == 1 else None,
        "as_vendor": form.only_psos and any(each.as_vendor for each in places),
    }
    return render(request, "invitations/new.html", context, status=422 if form.errors else 200)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    user = person_of(request)
    row = _row_or_404(user, pk)
    is_mine = row.letter.invited_by_id == user.pk
    visible_requests = rules.may_read_requests_of(user, row.invitations)
    context = {
        "row": row,
        "letter": row.letter,
        "is_mine": is_mine,
        "lines": [
            {
                "invitation": each,
                "state": listing.state_of(each, user),
                "tag": listing.tag_of(each),
                "request": visible_requests.get(each.pk),
                "is_open": listing.is_open(each),
            }
            for each in row.invitations
        ],
    }
    return render(request, "invitations/detail.html", context)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    user = person_of(request)
    row = _row_or_404(user, pk)
    if row.letter.invited_by_id != user.pk:
        raise Http404
    try:
        inviting.send_again(row.letter, by=user)
    except CannotInvite as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Sent again. Only the newest link works."))
    return redirect(row.letter)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """All that is open in one email, as far as this person may."""
    user = person_of(request)
    row = _row_or_404(user, pk)
    _say_withdrawn(request, inviting.withdraw([each.pk for each in row.invitations], by=user))
    return redirect(row.letter)


@require_POST
def withdraw_one(request: HttpRequest, pk: int) -> HttpResponse:
    user = person_of(request)
    invitation: Invitation = get_object_or_404(rules.visible(user), pk=pk)
    _say_withdrawn(request, inviting.withdraw([invitation.pk], by=user))
    return redirect("invitations:detail", pk=invitation.letter_id)


def _say_withdrawn(request: HttpRequest, number: int) -> None:
    if number:
        said = ngettext(
            "The invitation is withdrawn. Its link no longer works.",
            "%(n)d invitations are withdrawn. They can no longer be accepted.",
            number,
        )
        messages.success(request, said % {"n": number})
    else:
        messages.info(request, _("It had ended already. Nothing was changed."))


def _row_or_404(user: User, letter_id: int) -> Row:
    row = listing.one(user, letter_id)
    if row is None:
        raise Http404
    return row


def _not_of_cms(request: HttpRequest) -> User:
    user = person_of(request)
    if user.is_cms:
        raise PermissionDenied(
            _("CMS reviewers and Service Center agents send no invitations. CMS has campaigns.")
        )
    return user


def _initial(request: HttpRequest) -> dict[str, str]:
    role = request.GET.get("role", "")
    initial = {"places": request.GET.get("ccn", ""), "role": role}
    return initial | ({"affiliation": "employed"} if role == "pso" else {})
