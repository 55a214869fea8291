from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from access_requests.models import AccessRequest, Question, Role, RoleAssignment
from accounts import audit
from accounts.http import person_of
from accounts.read_only_admin import EditableAdmin, ReadOnlyAdmin


@admin.register(Role)
class RoleAdmin(EditableAdmin):
    """Roles are CMS's to edit. A role in use is retired (not offered), never deleted."""

    list_display = ["code", "name", "open_to_vendors", "is_offered", "position"]

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> list[str]:
        return ["code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Role, form: ModelForm[Role], change: bool
    ) -> None:
        """In the admin's own transaction."""
        super().save_model(request, obj, form, change)
        changed = {name: str(form.cleaned_data[name]) for name in form.changed_data}
        audit.record(
            "role_changed" if change else "role_added",
            actor=person_of(request),
            details={"role": obj.code, "changed": changed},
        )


@admin.register(AccessRequest)
class AccessRequestAdmin(ReadOnlyAdmin):
    is_about_people = True
    list_display = ["id", "role", "provider", "requester", "status", "submitted_at"]
    list_filter = ["status", "role"]
    list_select_related = ["role", "provider", "requester"]
    search_fields = ["=id", "=provider__ccn", "=requester__username"]


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(ReadOnlyAdmin):
    is_about_people = True
    list_display = ["id", "role", "provider", "user", "status", "granted_at"]
    list_filter = ["status", "role"]
    list_select_related = ["role", "provider", "user"]
    search_fields = ["=provider__ccn", "=user__username"]


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    is_about_people = True
    list_display = ["id", "access_request", "asked_by", "asked_at", "answered_at"]
    list_select_related = ["access_request", "asked_by"]
