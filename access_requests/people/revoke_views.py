"""Several roles revoked at once: chosen on the list, one reason given, and then a page that says
what happened to each."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access_requests import keyset, policy
from access_requests.coverage import revoking
from access_requests.forms import RevokeForm
from access_requests.models import RoleAssignment
from access_requests.people import finding
from access_requests.people.end_date_views import back_from
from access_requests.policy import StepRefused
from access_requests.workflow import together
from accounts import kept_forms, second_factor
from accounts.http import person_of
from accounts.models import User

MOST_AT_ONCE = 100
_SESSION_KEY = "people_revoked"


@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader: _("Revoke several roles"))
def revoke(request: HttpRequest) -> HttpResponse:
    """Asks for the reason; with it, each role is judged again under its locks. Sent twice, the
    second time finds them ended."""
    viewer = person_of(request)
    _require_pso(viewer)
    if request.method != "POST":
        return redirect("people:list")
    ids, are_too_many = _chosen(request)
    if not ids:
        messages.info(request, _("Tick at least one role, then press the button again."))
        return redirect(back_from(request))
    if are_too_many:
        said = _("At most %(most)d roles are revoked at once: these are the first of them.")
        messages.info(request, said % {"most": MOST_AT_ONCE})
    form = RevokeForm(request.POST) if "reason" in request.POST else RevokeForm()
    if not form.is_valid():
        return _confirm(request, ids, form)
    second_factor.require_fresh(request)
    outcomes = together.revoke_many(ids, by=viewer, reason=form.cleaned_data["reason"])
    request.session[_SESSION_KEY] = [[each.pk, each.refusal] for each in outcomes]
    return redirect("people:revoked")


@require_safe
def revoked(request: HttpRequest) -> HttpResponse:
    """What happened to each of those sent last; reading it again changes nothing."""
    viewer = person_of(request)
    said = dict(request.session.get(_SESSION_KEY, []))
    if not said:
        _require_pso(viewer)
        return redirect("people:list")
    found = [(each, said[each.pk]) for each in _visible(viewer, list(said))]
    context = {
        "rows": found,
        "number": sum(not refusal for _role, refusal in found),
        "left": sum(bool(refusal) for _role, refusal in found),
    }
    return render(request, "people/revoked.html", context)


def _require_pso(viewer: User) -> None:
    if not RoleAssignment.objects.active().psos().filter(user=viewer).exists():
        raise Http404


def _chosen(request: HttpRequest) -> tuple[list[int], bool]:
    """What is no number is left out; and whether there are more than are taken at once."""
    typed = (keyset.read_id(each) for each in request.POST.getlist("role"))
    ids = [pk for pk in dict.fromkeys(typed) if pk is not None]
    return ids[:MOST_AT_ONCE], len(ids) > MOST_AT_ONCE


def _visible(viewer: User, ids: Sequence[int]) -> list[RoleAssignment]:
    """In the order they were chosen in."""
    return finding.in_order(ids, of=policy.visible_assignments(viewer))


def _confirm(request: HttpRequest, ids: Sequence[int], form: RevokeForm) -> HttpResponse:
    viewer = person_of(request)
    roles = _visible(viewer, ids)
    revocable, left = [], []
    for each in roles:
        try:
            policy.authority_to_revoke(viewer, each)
        except StepRefused as refusal:
            left.append((each, str(refusal)))
        else:
            revocable.append(each)
    context = {
        "form": form,
        "roles": revocable,
        "left": left,
        "left_alone": revoking.left_alone(viewer, revocable),
        "back_url": back_from(request),
    }
    return render(request, "people/revoke.html", context, status=422 if form.errors else 200)
