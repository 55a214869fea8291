from __future__ import annotations

from django.conf import settings
from django.db import models

from providers.roster.layouts import TITLES


class RosterImport(models.Model):
    """One file that was taken in, and what it changed."""

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    layout = models.CharField(max_length=40)
    counts = models.JSONField()
    # The day the file speaks of, where its name or its rows say one.
    as_of = models.DateField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.file_name}, {self.at:%Y-%m-%d}"

    @property
    def layout_title(self) -> str:
        return TITLES.get(self.layout, self.layout)
