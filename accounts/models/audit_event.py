"""The audit trail. Rows are only ever added: a trigger refuses the rest, and each row is signed."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """One step that somebody, or the system, took.

    Subjects are named by what they are called everywhere (a person, a CCN, a request's number,
    a file's name), not by foreign keys to higher apps, so that the trail outlives them all.
    """

    at = models.DateTimeField()
    type = models.SlugField(max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ccn = models.CharField(max_length=10, blank=True)
    request_id = models.BigIntegerField(null=True)
    file_name = models.CharField(max_length=255, blank=True)
    details = models.JSONField(default=dict)
    signature = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                "request_id",
                "id",
                condition=models.Q(request_id__isnull=False),
                name="audit_event_of_request",
            ),
            models.Index("ccn", "id", condition=~models.Q(ccn=""), name="audit_event_of_ccn"),
            models.Index(
                "person",
                "id",
                condition=models.Q(person__isnull=False),
                name="audit_event_of_person",
            ),
            models.Index(
                "actor",
                "id",
                condition=models.Q(actor__isnull=False),
                name="audit_event_by_actor",
            ),
            # What nobody did: rare among what people do.
            models.Index("id", condition=models.Q(actor=None), name="audit_event_by_system"),
            models.Index("type", "id", name="audit_event_of_type"),
            models.Index("at", "id", name="audit_event_at"),
            # What happened to an account, without who looked at it.
            models.Index(
                "person",
                "id",
                condition=models.Q(person__isnull=False, request_id=None, ccn="")
                & ~models.Q(type="person_viewed"),
                name="audit_event_of_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.type}"
