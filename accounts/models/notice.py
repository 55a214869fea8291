"""What a person is told: a notice in the portal, and the email that carries it.

Both are written in the transaction of the event they report. Celery only delivers.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutgoingEmail(models.Model):
    """One email owed to one address. Its message_id is the same however often it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be delivered")
        BOUNCED = "bounced", _("Bounced")
        DROPPED = "dropped", _("Not sent: no longer needed")

    class Priority(models.IntegerChoices):
        """Lower goes first, always: a decision never waits behind a campaign."""

        CODE = 0
        DECISION = 10
        CAMPAIGN = 90

    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    to_address = models.EmailField()
    subject = models.CharField(max_length=255)
    body_text = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    holds_secret = models.BooleanField(default=False)
    priority = models.SmallIntegerField(choices=Priority, default=Priority.DECISION)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=255, blank=True)
    # Of a page where its reader can say that they want no more of these; for mail programs.
    list_unsubscribe = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["sent", "bounced"], sent_at__isnull=False)
                | Q(state__in=["waiting", "failed", "dropped"], sent_at=None),
                name="outgoing_email_sent_at_iff_sent",
            ),
            # A code or reset link is kept only while it is still to be sent.
            models.CheckConstraint(
                condition=Q(holds_secret=False)
                | Q(state="waiting")
                | Q(body_text="", body_html=""),
                name="outgoing_email_secret_only_while_waiting",
            ),
            models.CheckConstraint(
                condition=Q(holds_secret=False) | Q(priority=0),
                name="outgoing_email_secret_goes_first",
            ),
        ]
        indexes = [
            # In the order of delivery; the last column lets those that are not due yet be
            # passed over inside the index.
            models.Index(
                "priority",
                "id",
                "next_attempt_at",
                condition=Q(state="waiting"),
                name="outgoing_email_waiting",
            ),
            models.Index(fields=["to_address", "-id"], name="outgoing_email_to_address"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: email {self.pk}"


class Held(models.TextChoices):
    """What becomes of a notice for the daily email before there is one."""

    FOR_DIGEST = "held", _("Waits for the daily email")
    LEFT_OUT = "left_out", _("Not emailed: settled before the daily email")


class Notice(models.Model):
    """The same words as the email, kept for the person to read in the portal."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices"
    )
    kind = models.SlugField(max_length=40)
    subject = models.CharField(max_length=255)
    body = models.TextField()
    path = models.CharField(max_length=200, blank=True)
    request_id = models.BigIntegerField(null=True, blank=True)
    email = models.OneToOneField(
        OutgoingEmail, null=True, blank=True, on_delete=models.PROTECT, related_name="notice"
    )
    # For whoever wants one email a day: it waits for the digest, and then left with it.
    is_for_digest = models.BooleanField(default=False, db_default=False)
    digest = models.ForeignKey(
        OutgoingEmail,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="gathered_notices",
    )
    # What it told of was settled before the daily email was written: there was nothing to add.
    left_out_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_for_digest=False, digest=None, left_out_at=None)
                | Q(is_for_digest=True, email=None, digest=None)
                | Q(is_for_digest=True, email=None, left_out_at=None),
                name="notice_goes_by_one_way",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_of_recipient"),
            # Counted for each page, which also asks whether one of them leads to it.
            models.Index(
                fields=["recipient", "path"],
                condition=Q(read_at=None),
                name="notice_unread_by_path",
            ),
            models.Index(
                "recipient",
                condition=Q(is_for_digest=True, digest=None, left_out_at=None),
                name="notice_for_digest",
            ),
            models.Index(
                "request_id", condition=Q(request_id__isnull=False), name="notice_of_request"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def left_with(self) -> OutgoingEmail | None:
        """The email that carries it: its own, or a daily one."""
        return self.email or self.digest

    @property
    def email_state(self) -> str:
        """A state of the email that carries it, or of Held; empty when none ever will."""
        if self.left_with is not None:
            return self.left_with.state
        if not self.is_for_digest:
            return ""
        return Held.LEFT_OUT if self.left_out_at else Held.FOR_DIGEST

    @property
    def email_state_label(self) -> str:
        state = self.email_state
        if not state:
            return str(_("Not emailed"))
        return str(Held(state).label if state in Held else OutgoingEmail.State(state).label)
