"""What CMS checked before it approved a CCN's first PSO (the desk's checklist)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access_requests.models.access_request import AccessRequest


class ContactAttempt(models.Model):
    """The administrator whom a request names, sought by a second path (rule 12)."""

    class How(models.TextChoices):
        CALL = "call", _("Call to the phone of record")
        REPLY = "reply", _("Reply from a known address")

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("Reached, and confirmed this person")
        DENIED = "denied", _("Reached, and did not confirm this person")
        NOT_REACHED = "not_reached", _("Not reached")

    access_request = models.ForeignKey(
        AccessRequest, on_delete=models.PROTECT, related_name="contact_attempts"
    )
    how = models.CharField(_("how"), max_length=10, choices=How)
    # The number called, or the address that replied, and who spoke.
    reached_at = models.CharField(_("number or address"), max_length=200)
    who = models.CharField(_("who answered"), max_length=150, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    note = models.TextField(max_length=2000, blank=True)
    # Of the requester's name and address at that moment (access_requests.seen).
    seen = models.CharField(max_length=32)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="not_reached") | ~Q(who=""),
                name="contact_attempt_names_who_answered",
            ),
            models.CheckConstraint(
                condition=Q(how__in=["call", "reply"])
                & Q(outcome__in=["confirmed", "denied", "not_reached"])
                & ~Q(reached_at=""),
                name="contact_attempt_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_how_display()}: {self.get_outcome_display()}"


class CheckConfirmation(models.Model):
    """A reviewer's own answer to one check of the list; the newest of a check counts."""

    class Answer(models.TextChoices):
        HOLDS = "holds", _("Passes")
        FAILS = "fails", _("Does not pass")

    access_request = models.ForeignKey(
        AccessRequest, on_delete=models.PROTECT, related_name="check_confirmations"
    )
    check_code = models.SlugField(max_length=40)
    answer = models.CharField(max_length=10, choices=Answer)
    note = models.CharField(max_length=500, blank=True)
    # Of the requester's name and address at that moment: once they differ, it no longer counts.
    seen = models.CharField(max_length=32)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="holds") | (Q(answer="fails") & ~Q(note="")),
                name="check_confirmation_says_why_not",
            ),
        ]
        indexes = [
            models.Index(
                fields=["access_request", "check_code", "-id"], name="check_confirmation_newest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_code}: {self.answer}"


class DecisionChecklist(models.Model):
    """The checklist as it stood when CMS decided; a trigger refuses any change."""

    access_request = models.OneToOneField(
        AccessRequest, on_delete=models.PROTECT, related_name="decision_checklist"
    )
    # [{"code", "holds": true | false | null, "by": "machine" | "reviewer" | "", "evidence"}]
    checks = models.JSONField()
    was_clean = models.BooleanField()
    decided_with_others = models.BooleanField(default=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Checklist of request {self.access_request_id}"
