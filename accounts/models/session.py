"""Who is signed in where. What a copy of this table shows opens no account."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Session(models.Model):
    """`session_key` is a digest of the key in the browser's cookie; `session_data` is encrypted."""

    session_key = models.CharField(max_length=64, primary_key=True)
    session_data = models.TextField()
    expire_date = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="sessions"
    )
    # "Firefox on Windows": enough for the person to know it again.
    device = models.CharField(max_length=80, blank=True)
    address = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                "user",
                models.F("last_seen_at").desc(),
                condition=models.Q(user__isnull=False),
                name="session_of_user",
            ),
            models.Index(fields=["expire_date"], name="session_expires"),
        ]

    def __str__(self) -> str:
        return f"session of {self.user_id}"
