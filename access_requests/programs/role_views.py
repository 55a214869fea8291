"""Roles as rows. What is switched off takes nothing from those who hold the role."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from access_requests.models import Role
from access_requests.programs import changes, steps
from access_requests.programs.effects import role_effects
from access_requests.programs.forms import RoleForm
from accounts import kept_forms, second_factor
from accounts.cms_only import reviewers_only
from accounts.http import person_of


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader: _("Add a role"))
def new(request: HttpRequest) -> HttpResponse:
    """A new role affects nobody, so that there is nothing to preview."""
    if request.method != "POST":
        return _form(request, RoleForm())
    second_factor.require_fresh(request)
    form = RoleForm(request.POST)
    if form.is_valid():
        code = form.cleaned_data["code"]
        try:
            role = steps.add_role(code, by=person_of(request), values=form.values())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("%(role)s is a role now.") % {"role": role})
            return redirect("programs:list")
    return _form(request, form, status=422)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader, code: _("Change a role"))
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """GET: the form. POST: the preview; with `save`, the change; with `back`, the form again."""
    role = get_object_or_404(Role, code=code)
    if request.method != "POST":
        return _form(request, RoleForm(role=role), role=role, seen=changes.seen(role))
    if "save" in request.POST:
        second_factor.require_fresh(request)
    form, seen = RoleForm(request.POST, role=role), request.POST.get("seen", "")
    if not form.is_valid():
        return _form(request, form, role=role, seen=seen, status=422)
    if "back" in request.POST:
        return _form(request, form, role=role, seen=seen)
    try:
        changes.require_as_seen(role, seen)
        if "save" in request.POST:
            steps.change_role(code, by=person_of(request), values=form.values(), seen=seen)
            messages.success(request, _("%(role)s is changed.") % {"role": form.values()["name"]})
            return redirect("programs:list")
    except changes.ChangedMeanwhile as meanwhile:
        role, row = Role.objects.get(code=code), Role.objects.get(code=code)
        changes.merged(row, form.values(), meanwhile)
        shown = {"role": role, "seen": changes.seen(role), "meanwhile": meanwhile}
        return _form(request, RoleForm(role=row), status=409, **shown)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _form(request, form, role=role, seen=seen, status=422)
    return _preview(request, role, form, seen)


def _form(request: HttpRequest, form: RoleForm, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "programs/role_form.html", {"form": form, **more}, status=status)


def _preview(request: HttpRequest, role: Role, form: RoleForm, seen: str) -> HttpResponse:
    after = Role(code=role.code, **form.values())
    found = changes.between(changes.values_of(role), changes.values_of(after))
    if not found:
        messages.info(request, _("Nothing has been changed: all is as it was."))
        return redirect("programs:role_edit", role.code)
    context = {
        "form": form,
        "role": role,
        "changes": found,
        "effects": role_effects(role),
        "takes_from_vendors": role.open_to_vendors and not after.open_to_vendors,
        "takes_from_offer": role.is_offered and not after.is_offered,
        "seen": seen,
    }
    return render(request, "programs/role_preview.html", context)
