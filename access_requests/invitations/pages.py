"""The pages of one letter to whom it invites, and their steps: the same behind its link and for
the account that it was sent to. Who may see them, the views say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests import policy
from access_requests.invitations import accepting, fitting, opting_out, over, rules
from access_requests.invitations.accepting import Outcome
from access_requests.invitations.fitting import Fit
from access_requests.invitations.forms import AcceptForm, DeclineForm
from access_requests.models import AccessRequest, Invitation, InvitationLetter
from access_requests.now import in_a_few_words, with_psos_counted
from accounts.http import person_of
from accounts.models import User


@dataclass(frozen=True)
class Ways:
    """The addresses of a letter's pages."""

    open: str
    accept: str
    decline: str


def show(request: HttpRequest, letter: InvitationLetter, ways: Ways) -> HttpResponse:
    """Whose it is, and for what. Reading it does nothing."""
    user = request.user if isinstance(request.user, User) else None
    rows = _rows(letter)
    standing = [each for each in rows if not rules.why_not_open(each)]
    if not standing:
        return _over(request, ways, letter, rows)
    context = {
        **_about(letter, standing),
        "accept_url": ways.accept,
        "sign_in_query": urlencode({"next": ways.accept}),
        "sign_out_query": urlencode({"next": request.path}),
        "decline_url": ways.decline,
        "decline_form": DeclineForm(),
        "is_mine": user is not None and user.pk == letter.invited_by_id,
        "is_cms": user is not None and user.is_cms,
        "accepted": _accepted_by(user, letter, rows),
    }
    return render(request, "invitations/open.html", context)


def accept(request: HttpRequest, letter: InvitationLetter, ways: Ways) -> HttpResponse:
    """The short form: the rest is what the invitation says."""
    user = person_of(request)
    if user.is_cms or user.pk == letter.invited_by_id:
        raise PermissionDenied(
            _("CMS reviewers and Service Center agents cannot hold a role at a provider.")
            if user.is_cms
            else _("This is your own invitation. Whoever you sent it to accepts it.")
        )
    rows = _rows(letter)
    standing = [each for each in rows if not rules.why_not_open(each)]
    if not standing:
        return _over(request, ways, letter, rows)
    data = request.POST if request.method == "POST" else None
    fit = fitting.fit_of(user, standing)
    if not fit.possible:
        return _not_theirs(request, ways, letter, fit)
    is_same_address = fitting.is_to(letter, user)
    form = AcceptForm(data, person=user, fit=fit, is_same_address=is_same_address)
    if request.method == "POST" and form.is_valid():
        outcomes = accepting.accept(letter, form.chosen_ids(), form.said(), by=user)
        if any(each.request for each in outcomes):
            return _filed(request, ways, outcomes)
        for each in outcomes:
            form.add_refusal(each.field, _sentence(each, is_alone=len(outcomes) == 1))
    context = {**_about(letter, standing), "form": form, "fit": fit, "open_url": ways.open}
    return render(request, "invitations/accept.html", context, status=422 if form.errors else 200)


def decline(request: HttpRequest, letter: InvitationLetter, ways: Ways) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    if "allow" in request.POST:
        _say_allowed(request, opting_out.allow_again(letter, by=user))
        return redirect(ways.open)
    form = DeclineForm(request.POST)
    no_more = form.is_valid() and form.cleaned_data["no_more"]
    accepting.decline(letter, by=user, wants_no_more=no_more)
    return redirect(ways.open)


def _say_allowed(request: HttpRequest, is_done: bool) -> None:
    if is_done:
        messages.success(request, _("Your address can get invitations again."))
    else:
        messages.info(
            request,
            _(
                "Nothing was changed. Open the newest invitation to your address, or the one on "
                "which you said that you want no more, and try there."
            ),
        )


def _filed(request: HttpRequest, ways: Ways, outcomes: list[Outcome]) -> HttpResponse:
    """To the request; of several, to the page of the link, which names each."""
    filed = [each.request for each in outcomes if each.request is not None]
    said = ngettext(
        "Your request was submitted.", "Your %(n)d requests were submitted.", len(filed)
    )
    messages.success(request, said % {"n": len(filed)})
    for each in outcomes:
        if each.refusal:
            messages.warning(request, _sentence(each, is_alone=False))
    return redirect(filed[0]) if len(outcomes) == 1 else redirect(ways.open)


def _sentence(outcome: Outcome, *, is_alone: bool) -> str:
    return outcome.refusal if is_alone else f"{outcome.invitation.provider}: {outcome.refusal}"


def _rows(letter: InvitationLetter) -> list[Invitation]:
    rows = rules.with_standing(letter.invitations.all())
    return list(rows.select_related("provider", "role", "invited_by").order_by("provider__ccn"))


def _about(letter: InvitationLetter, rows: list[Invitation]) -> dict[str, Any]:
    """What everybody who has the link may read."""
    return {
        "inviter": letter.invited_by,
        "first": rows[0],
        "role": rows[0].role,
        "invitations": rows,
        "is_from_pso": any(each.invited_as == Invitation.InvitedAs.PSO for each in rows),
    }


def _not_theirs(
    request: HttpRequest, ways: Ways, letter: InvitationLetter, fit: Fit
) -> HttpResponse:
    """They could send what they like: said before they type it. Nothing is used up."""
    context = {
        **_about(letter, list(fit.rows)),
        "fit": fit,
        "is_same_address": fitting.is_to(letter, person_of(request)),
        "open_url": ways.open,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "invitations/not_theirs.html", context, status=status)


def _accepted_by(
    user: User | None, letter: InvitationLetter, rows: list[Invitation]
) -> list[tuple[AccessRequest, str]]:
    """The requests that came of them, each with who has it now. One query, none for others."""
    if user is None or all(each.accepted_by_id != user.pk for each in rows):
        return []
    asked = AccessRequest.objects.filter(invitation__letter=letter, requester=user)
    found = with_psos_counted(policy.with_standing(asked, user))
    found = found.select_related("provider", "role")
    return [
        (each, in_a_few_words(each, user) if each.is_open else str(each.get_status_display()))
        for each in found.order_by("provider__ccn")
    ]


def _over(
    request: HttpRequest, ways: Ways, letter: InvitationLetter, rows: list[Invitation]
) -> HttpResponse:
    """It was used, declined, withdrawn or is too old. The role can be asked for all the same."""
    user = request.user if isinstance(request.user, User) else None
    context = {
        **_about(letter, rows),
        **over.about(letter, rows, user),
        "accepted": _accepted_by(user, letter, rows),
        "wants_no_more": letter.wants_no_more,
        "decline_url": ways.decline,
        "sign_in_query": urlencode({"next": request.path}),
    }
    is_help = bool(context["accepted"]) or context["is_declined"]
    return render(request, "invitations/over.html", context, status=200 if is_help else 410)
