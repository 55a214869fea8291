"""What the portal's admin pages have in common: they show, and nothing is changed there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from accounts import audit
from accounts.http import person_of


class CarefulAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """By the address bar a list is narrowed to what its own filters offer, and no further:
        Django would take any field, and so tell a password's hash letter by letter."""
        return lookup in {each for name in self.list_filter for each in self._lookups_of(name)}

    def _lookups_of(self, name: Any) -> list[str]:
        field = self.opts.get_field(name)
        if isinstance(field, ForeignKey):
            name = f"{name}__{field.target_field.name}"
        return [f"{name}__exact"]


class ReadOnlyAdmin(CarefulAdmin):
    """Rows that only the workflow may change: the admin shows them and nothing else.

    Where they are about people, is_about_people has each look recorded, as on the portal's own
    pages (PRODUCT.md, "Who sees what").
    """

    show_full_result_count = False
    is_about_people = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST":
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = super().changelist_view(request, extra_context)
        self._record_look(request, response, pk=None)
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        self._record_look(request, response, pk=object_id)
        return response

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        if request.method == "POST":
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = super().history_view(request, object_id, extra_context)
        self._record_look(request, response, pk=object_id)
        return response

    def _record_look(self, request: HttpRequest, response: HttpResponse, pk: str | None) -> None:
        """Before the answer leaves: a look that cannot be recorded shows nothing."""
        if self.is_about_people and response.status_code == 200:
            audit.record(
                "admin_viewed",
                actor=person_of(request),
                details={"model": self.opts.label_lower, "pk": pk},
            )
