"""Looking, not touching: providers change by import, programs on CMS's own pages."""

from __future__ import annotations

from django.contrib import admin

from accounts.read_only_admin import ReadOnlyAdmin
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
class ProgramAdmin(ReadOnlyAdmin):
    """CMS reviewers set the dates under Programs and roles, where they read who is affected."""

    list_display = ["code", "name", "pso_opens_at", "general_opens_at", "goes_live_at"]
    ordering = ["code"]
