from __future__ import annotations

from django.contrib import admin

from access_requests.models import AccessRequest, Question, Role, RoleAssignment
from accounts.read_only_admin import ReadOnlyAdmin


@admin.register(Role)
class RoleAdmin(ReadOnlyAdmin):
    """CMS reviewers edit roles under Programs and roles, where they read who is affected."""

    list_display = ["code", "name", "open_to_vendors", "is_offered", "position"]


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
