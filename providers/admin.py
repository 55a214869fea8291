"""Looking, not touching: providers change by import. Only CMS's dates of a program are set here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from accounts import audit
from accounts.http import person_of
from accounts.read_only_admin import EditableAdmin, ReadOnlyAdmin
from providers.models import Chain, Enrollment, Program, Provider, RosterImport


@admin.register(Provider)
class ProviderAdmin(ReadOnlyAdmin):
    list_display = ["ccn", "name", "kind", "city", "state", "closed_on"]
    search_fields = ["ccn__startswith", "search_text"]
    exclude = ["search_text", "squeezed_name"]
    ordering = ["ccn"]
    show_full_result_count = False


@admin.register(Chain)
class ChainAdmin(ReadOnlyAdmin):
    list_display = ["name", "cms_id"]
    search_fields = ["name"]
    ordering = ["name"]


@admin.register(Enrollment)
class EnrollmentAdmin(ReadOnlyAdmin):
    list_display = ["enrollment_id", "ccn", "organization_name"]
    search_fields = ["=enrollment_id", "ccn__startswith"]
    ordering = ["enrollment_id"]
    show_full_result_count = False


@admin.register(RosterImport)
class RosterImportAdmin(ReadOnlyAdmin):
    list_display = ["at", "file_name", "layout", "by"]
    list_select_related = ["by"]


@admin.register(Program)
class ProgramAdmin(EditableAdmin):
    """CMS switches a program on by giving it dates; each change is a line in the audit trail."""

    list_display = ["code", "name", "pso_opens_at", "general_opens_at", "goes_live_at"]
    readonly_fields = ["code", "kinds"]
    ordering = ["code"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Program | None = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Program, form: ModelForm[Program], change: bool
    ) -> None:
        """In the admin's own transaction."""
        super().save_model(request, obj, form, change)
        changed: dict[str, Any] = {name: str(form.cleaned_data[name]) for name in form.changed_data}
        audit.record(
            "program_changed",
            actor=person_of(request),
            details={"program": obj.code, "changed": changed},
        )
