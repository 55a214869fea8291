from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from access_requests.models.access_request import AccessRequest


class Question(models.Model):
    """What a decider asked when returning a request. Open until answered or taken back."""

    access_request = models.ForeignKey(
        AccessRequest, on_delete=models.PROTECT, related_name="questions"
    )
    text = models.TextField(max_length=2000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    answer = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["access_request"],
                condition=Q(answered_at=None, taken_back_at=None),
                name="question_one_open",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | (Q(answered_at__isnull=False, taken_back_at=None) & ~Q(answer="")),
                name="question_answered_or_taken_back",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="question_says_something"),
        ]
        indexes = [
            models.Index(
                "asked_at",
                condition=Q(answered_at=None, taken_back_at=None),
                name="question_open_since",
            ),
        ]

    def __str__(self) -> str:
        return f"Question {self.pk} on request {self.access_request_id}"
