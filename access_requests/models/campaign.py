"""Writing to providers that have too few PSOs: who is meant, what is said, what was sent."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import OutgoingEmail
from providers.models import Chain, Program, Provider


class Campaign(models.Model):
    """An audience. It is written to in steps: a first letter, a reminder, and so on."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    # Empty lists mean: any.
    program = models.ForeignKey(
        Program, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    states = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    chains = models.ManyToManyField(Chain, blank=True, related_name="+")
    # Readiness, 0 or 1. One level alone: what the message says is true of all who get it.
    level = models.PositiveSmallIntegerField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=[0, 1]), name="campaign_level_0_or_1"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("campaigns:detail", args=[self.pk])


class CampaignStep(models.Model):
    """One message to the audience. Its letters are listed when it starts, then sent in batches."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENDING = "sending", _("Being sent")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    subject = models.CharField(_("subject"), max_length=150)
    # Plain text; an empty line parts paragraphs; names in double braces are filled in.
    body = models.TextField(_("message"), max_length=8000)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    # Not before then is the next batch made: so no two chains of tasks work on one step.
    next_batch_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="campaign_step_once"),
            models.CheckConstraint(
                condition=Q(state="draft", started_at=None, done_at=None)
                | Q(state__in=["sending", "paused"], started_at__isnull=False, done_at=None)
                | Q(state="done", started_at__isnull=False, done_at__isnull=False),
                name="campaign_step_dates_match_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}, {self.number}: {self.subject}"


class CampaignLetter(models.Model):
    """One address in one step, for all the CCNs of the audience whose contact it is."""

    class State(models.TextChoices):
        LISTED = "listed", _("To be sent")
        HANDED_OVER = "handed_over", _("Handed over")
        READY = "ready", _("Dropped: ready meanwhile")
        UNDELIVERABLE = "undeliverable", _("Dropped: the address does not work")
        REMOVED = "removed", _("Dropped: no contact for campaigns any more")

    step = models.ForeignKey(CampaignStep, on_delete=models.PROTECT, related_name="letters")
    address = models.EmailField()
    state = models.CharField(max_length=15, choices=State, default=State.LISTED)
    email = models.OneToOneField(
        OutgoingEmail,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="campaign_letter",
    )
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "address"], name="campaign_letter_once"),
            models.CheckConstraint(
                # What was dropped at the last look keeps the email that did not leave.
                condition=Q(state="handed_over", email__isnull=False)
                | Q(state="listed", email=None)
                | Q(state__in=["ready", "undeliverable", "removed"]),
                name="campaign_letter_email_once_handed_over",
            ),
        ]
        indexes = [
            models.Index("step", "id", condition=Q(state="listed"), name="campaign_letter_to_send"),
        ]

    def __str__(self) -> str:
        return f"Letter {self.pk}: {self.state}"


class CampaignTarget(models.Model):
    """One CCN of the audience of a step, as it was when the step started.

    Without letters where no address is known: that CCN is written to on paper.
    """

    step = models.ForeignKey(CampaignStep, on_delete=models.PROTECT, related_name="targets")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="+")
    letters = models.ManyToManyField(CampaignLetter, blank=True, related_name="targets")
    level = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "provider"], name="campaign_target_once"),
        ]

    def __str__(self) -> str:
        return f"Target {self.pk}"
