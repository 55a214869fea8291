"""Signed checkpoints of the audit trail: what a seal has covered cannot go missing unnoticed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class AuditSeal(models.Model):
    """One link of a chain. Each seal names the events it covers and the seal before it.

    The events are named one by one, not as a range: an event whose transaction was still open
    when its neighbours were sealed simply belongs to a later seal.
    """

    number = models.PositiveIntegerField(unique=True)
    at = models.DateTimeField()
    event_ids = ArrayField(models.BigIntegerField())
    # Of this and all earlier seals.
    highest_event_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index("at", name="audit_seal_at")]

    def __str__(self) -> str:
        return f"seal {self.number}"
