"""Ending a role: give up one's own, revoke somebody else's. Both warn before the last PSO goes."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access_requests import policy, workflow
from access_requests.coverage import leaving, revoking
from access_requests.forms import RevokeForm
from access_requests.looks import record_look
from access_requests.models import AccessRequest, RoleAssignment
from access_requests.policy import StepRefused
from accounts import kept_forms, second_factor
from accounts.http import person_of
from accounts.models import User

# What the page that a form was sent from had said.
LAST: Final = "last"
NOT_LAST: Final = "not-last"


@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """The last PSO reads first what happens if they leave; also whoever became it meanwhile."""
    user = person_of(request)
    assignment = _visible(request, pk)
    try:
        policy.require_holder(user, assignment)
        if request.method == "POST":
            if request.POST.get("read") == NOT_LAST and _leaving(assignment)["is_last_pso"]:
                return _confirm_leaving(request, assignment, has_become_last=True)
            if assignment.role.is_pso:
                second_factor.require_fresh(request)
            workflow.give_up(pk, by=user)
            messages.success(request, _("You gave the role up. It has ended."))
            return redirect(assignment.provider)
    except StepRefused as refusal:
        return _refused(request, assignment, refusal)
    except RoleAssignment.DoesNotExist as missing:
        raise Http404 from missing
    return _confirm_leaving(request, assignment)


def _leaving(assignment: RoleAssignment) -> dict[str, Any]:
    found = leaving.of(assignment)
    is_last = found is not None and found.is_last
    return {"leaving": found, "is_last_pso": is_last, "read": LAST if is_last else NOT_LAST}


def _confirm_leaving(
    request: HttpRequest, assignment: RoleAssignment, *, has_become_last: bool = False
) -> HttpResponse:
    context = {
        "assignment": assignment,
        "provider": assignment.provider,
        "has_become_last": has_become_last,
        **_leaving(assignment),
    }
    status = 409 if has_become_last else 200
    return render(request, "access_requests/role_give_up.html", context, status=status)


def _what_is_revoked(reader: User, pk: int) -> str:
    """Without the person where CMS reads it: each of its looks at people is on record."""
    found = policy.visible_assignments(reader).select_related("provider", "role", "user")
    assignment = found.filter(pk=pk).first()
    if assignment is None:
        return _("Revoke a role")
    said = {"role": assignment.role, "ccn": assignment.provider.ccn, "person": assignment.user}
    if reader.is_cms:
        return _("Revoke the role %(role)s at CCN %(ccn)s") % said
    return _("Revoke the role %(role)s of %(person)s at CCN %(ccn)s") % said


@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(_what_is_revoked)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    user = person_of(request)
    assignment = _visible(request, pk)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    try:
        policy.authority_to_revoke(user, assignment)
        if request.method == "POST" and form.is_valid():
            second_factor.require_fresh(request)
            workflow.revoke(pk, by=user, reason=form.cleaned_data["reason"])
            messages.success(
                request,
                _("Revoked. %(person)s was told the reason.") % {"person": assignment.user},
            )
            return redirect(assignment.provider)
    except StepRefused as refusal:
        return _refused(request, assignment, refusal)
    except RoleAssignment.DoesNotExist as missing:
        raise Http404 from missing
    return _confirm_revoking(request, assignment, form)


def _visible(request: HttpRequest, pk: int) -> RoleAssignment:
    return get_object_or_404(
        policy.visible_assignments(person_of(request)).select_related("provider", "role", "user"),
        pk=pk,
    )


def _confirm_revoking(
    request: HttpRequest, assignment: RoleAssignment, form: RevokeForm
) -> HttpResponse:
    record_look(request, assignment.user, assignment.provider, assignment.access_request_id)
    viewer = person_of(request)
    staying = revoking.staying([assignment]).get(assignment.provider_id)
    is_last_pso = staying == 0
    open_requests = AccessRequest.objects.open().filter(provider=assignment.provider)
    context = {
        "assignment": assignment,
        "provider": assignment.provider,
        "is_last_pso": is_last_pso,
        "open_requests": open_requests.count() if is_last_pso else 0,
        "one_stays": viewer.is_cms and staying == 1,
        "left_alone": [] if viewer.is_cms else revoking.left_alone(viewer, [assignment]),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "access_requests/role_revoke.html", context, status=status)


def _refused(
    request: HttpRequest, assignment: RoleAssignment, refusal: StepRefused
) -> HttpResponse:
    record_look(request, assignment.user, assignment.provider, assignment.access_request_id)
    return render(
        request,
        "access_requests/role_refused.html",
        {"assignment": assignment, "provider": assignment.provider, "refusal": str(refusal)},
        status=409,
    )
