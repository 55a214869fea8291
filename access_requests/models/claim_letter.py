"""Which contact was told that somebody asks to be PSO, and by which email."""

from __future__ import annotations

from django.db import models

from access_requests.models.access_request import AccessRequest
from access_requests.models.contact import Contact
from accounts.models import OutgoingEmail


class ClaimLetter(models.Model):
    """One claim told to one contact. Without an email yet, it waits to be told with others: who
    is the contact of many CCNs gets a few emails, not one for each."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="claim_letters")
    access_request = models.ForeignKey(
        AccessRequest, on_delete=models.PROTECT, related_name="claim_letters"
    )
    owed_since = models.DateTimeField()
    email = models.ForeignKey(
        OutgoingEmail, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["access_request", "contact"], name="claim_letter_once_to_a_contact"
            )
        ]
        indexes = [
            models.Index("owed_since", condition=models.Q(email=None), name="claim_letter_waits")
        ]

    def __str__(self) -> str:
        return f"Letter {self.pk} about request {self.access_request_id}"
