"""Asking for roles at several CCNs: the form, the list answered line by line, and sending it.

All three are one address. What was typed travels with the page, so that nothing is kept before it
is sent, and nothing is lost on the way back.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from access_requests import keyset
from access_requests.groups import again, chains, filing, review
from access_requests.groups.filing import Asked
from access_requests.groups.forms import ManyForm, key_in, text_in, typed_so_far
from access_requests.groups.review import Review
from access_requests.models import RequestGroup, Role
from access_requests.statement import NotEligible
from accounts import kept_forms
from accounts.http import person_of
from accounts.models import User
from providers.models import Chain

# Where one of these is wanting, the whole form is: it is asked for beside its field.
_ASKED_ONCE = (
    "administrator_name",
    "administrator_contact",
    "attests_small_organization",
    "attests_no_corporate_email",
)


@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader: _("Ask for roles at several CCNs"))
def new(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    if user.is_cms:
        raise PermissionDenied(
            _("CMS reviewers and Service Center agents cannot hold a role at a provider.")
        )
    if request.method != "POST":
        initial = {"ccns": request.GET.get("ccn", ""), "roles": request.GET.getlist("role")}
        if number := keyset.read_id(request.GET.get("again", "")):
            initial |= again.words_of(user, number)
        return _form_page(request, ManyForm(person=user, initial=initial))
    step = _step(request.POST)
    sent = filing.sent_before(user, key_in(request.POST))
    if step == "submit" and sent is not None:
        return _sent_already(request, sent)
    if step in {"find", "chain", "all", "none", "edit"}:
        return _unfinished(request, user, step)
    form = ManyForm(_with_chosen(request.POST), person=user)
    is_filled_in = form.is_valid()
    roles, said = form.roles_said(), form.statement()
    # Judged even where a field is wanting: whoever comes back to the form reads of all at once.
    answered = review.of(user, form.entries, roles, said, form.places)
    wanting = review.of_whole_form(answered, roles, _ASKED_ONCE, said)
    for refusal in wanting:
        form.refuse(refusal)
    if wanting or not is_filled_in:
        form.name_bad_lines(
            [(line.place, line.typed, line.answer.message) for line in answered.bad]
        )
        return _form_page(request, form, status=422)
    if step == "submit" and answered.good and not _is_news(request.POST, answered):
        return _submit(request, user, form, answered)
    return _review_page(request, form, answered, was_sent=step == "submit")


def _step(data: QueryDict) -> str:
    """Which button was pressed. The Enter key presses none: in the chain's field it searches."""
    if data.get("chain"):
        return "chain"
    named = data.get("step", "")
    if not named and data.get("chain_name", "").strip() and "good" not in data:
        return "find" if not data.getlist("pick") and not data.get("ccns", "").strip() else ""
    return named


def _unfinished(request: HttpRequest, user: User, step: str) -> HttpResponse:
    """The form as it stands, with what was asked about chains. Nothing is judged."""
    initial = typed_so_far(request.POST, user)
    shown, picked = request.POST.get("of_chain", ""), request.POST.getlist("pick")
    if step == "chain":
        # What was ticked in the chain before is not lost: it joins the list.
        initial["ccns"] = "\n".join(each for each in [initial["ccns"] or "", *picked] if each)
        shown, picked = request.POST["chain"], []
    ticked = {"all": True, "none": False, "chain": True}.get(step)
    form = ManyForm(person=user, initial=initial)
    return _form_page(request, form, chain=_chain(shown), ticked=ticked, picked=picked)


def _chain(number: str) -> Chain | None:
    pk = keyset.read_id(number)
    return Chain.objects.filter(pk=pk).first() if pk is not None else None


def _with_chosen(data: QueryDict) -> QueryDict:
    """A CCN that was offered for a damaged one takes its place: "3:015009", the fourth of them."""
    use, _colon, ccn = data.get("use", "").partition(":")
    lines = data.getlist("line")
    place = keyset.read_id(use)
    if place is None or place >= len(lines):
        return data
    changed = data.copy()
    changed.setlist("line", [*lines[:place], ccn, *lines[place + 1 :]])
    return changed


def _is_news(data: QueryDict, answered: Review) -> bool:
    """Whether a line that was corrected is good now: nobody has seen its name and city yet."""
    if "good" not in data:
        return True
    seen = set(text_in(data, "good").split())
    return any(line.provider and line.typed not in seen for line in answered.lines)


def _submit(request: HttpRequest, user: User, form: ManyForm, answered: Review) -> HttpResponse:
    try:
        group, is_new = filing.start(
            requester=user,
            form_key=key_in(request.POST) or uuid.uuid4(),
            statement=form.statement(),
            lines=_asked(answered, form.cleaned_data["roles"]),
            legal_name=form.cleaned_data.get("legal_name", ""),
            keep_in_profile=form.cleaned_data.get("keep_in_profile", False),
        )
    except NotEligible as refusal:
        form.refuse(refusal)
        return _form_page(request, form, status=422)
    if not is_new:
        return _sent_already(request, group)
    if filing.file_some(group.pk, most=filing.AT_ONCE, seconds=filing.AT_ONCE_SECONDS):
        filing.file_the_rest_later(group.pk)
    messages.success(request, _said(answered.number))
    return redirect(group)


def _sent_already(request: HttpRequest, group: RequestGroup) -> HttpResponse:
    messages.info(request, _("This form was sent already. This is what became of it."))
    return redirect(group)


def _said(number: int) -> str:
    return ngettext(
        "Your request was submitted.", "Your %(n)d requests were submitted.", number
    ) % {"n": number}


def _asked(answered: Review, roles: list[Role]) -> list[Asked]:
    """What is filed, and what cannot be, with why: one line for each role at a good CCN."""
    asked = []
    for line in answered.lines:
        if line.provider is None:
            asked.append(Asked(line.typed, roles[0], refusal=line.answer.message))
        asked += [Asked(line.typed, role, line.provider) for role in line.asked]
        asked += [
            Asked(line.typed, role, line.provider, str(refusal)) for role, refusal in line.refused
        ]
    return asked


def _steps() -> list[str]:
    return [_("Say what you need"), _("Look at the list"), _("Follow each request")]


def _form_page(
    request: HttpRequest,
    form: ManyForm,
    *,
    chain: Chain | None = None,
    ticked: bool | None = None,
    picked: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    data = request.POST
    if form.is_bound:
        chain, picked = _chain(data.get("of_chain", "")), data.getlist("pick")
    typed = data.get("chain_name", "")
    found = chains.named_like(typed[:100])
    ccns = chains.ccns_of(chain) if chain else []
    context: dict[str, Any] = {
        "form": form,
        "chain_name": typed,
        "chains": found[: chains.MOST_SHOWN],
        "more_chains": len(found) > chains.MOST_SHOWN,
        "chain": chain,
        "ccns": [(each, each.ccn in (picked or ()) if ticked is None else ticked) for each in ccns],
        "steps": _steps(),
    }
    return render(request, "groups/form.html", context, status=status)


def _review_page(
    request: HttpRequest, form: ManyForm, answered: Review, *, was_sent: bool
) -> HttpResponse:
    """`was_sent`: they meant to submit it, but there is something they have not seen yet."""
    context = {
        "form": form,
        "review": answered,
        "was_sent": was_sent,
        # A key for each time it is shown: this page sent twice is filed once.
        "form_key": uuid.uuid4(),
        "good_ccns": "\n".join(line.answer.ccn for line in [*answered.good, *answered.refused]),
        "all_typed": "\n".join(line.typed for line in answered.lines),
        "needs_other_address": any(
            refusal.field in {"email", "pso_ccns"} for refusal in answered.refusals()
        ),
        "said_otherwise": ("ccns", "roles", "affiliation"),
        "steps": _steps(),
    }
    return render(request, "groups/review.html", context, status=422 if was_sent else 200)
