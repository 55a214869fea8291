"""The HARP account that a person signs in with."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class HarpIdentity(models.Model):
    """One account here for one at HARP, and one at HARP for one here. No token is kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="harp_identity"
    )
    # What HARP calls the person; it is unique and never given to another at the same issuer.
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    # Their User ID there, which can differ from the one here where accounts were connected.
    name_at_harp = models.CharField(max_length=150)
    connected_at = models.DateTimeField()
    signed_in_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], name="harp_identity_of_one_account"
            ),
        ]

    def __str__(self) -> str:
        return f"HARP identity {self.pk}"
