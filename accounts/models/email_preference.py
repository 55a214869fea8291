from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EmailPreference(models.Model):
    """How a person wants what waits for them to arrive. No row: each email by itself."""

    class Approvals(models.TextChoices):
        EACH = "each", _("An email for each request")
        DAILY = "daily", _("One email a day, in the morning")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.PROTECT,
        related_name="email_preference",
    )
    approvals = models.CharField(max_length=10, choices=Approvals, default=Approvals.EACH)
    changed_at = models.DateTimeField()
    # One a day: whoever writes the next one looks here first, holding this row.
    last_digest_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approvals__in=["each", "daily"]), name="email_preference_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Email preference of {self.user_id}: {self.approvals}"
