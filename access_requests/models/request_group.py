"""One form that names many CCNs (rule 13): what was stated once, and what became of each line."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access_requests.models.access_request import AccessRequest
from access_requests.models.choices import Affiliation
from access_requests.models.role import Role
from accounts.models import Notice
from providers.models import Provider


class RequestGroup(models.Model):
    """Filed line by line, some at once and the rest by a worker; `filed_at` when none is left."""

    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="request_groups"
    )
    # Of the page that was sent: sent twice, it is filed once.
    form_key = models.UUIDField(unique=True)
    affiliation = models.CharField(max_length=10, choices=Affiliation)
    job_title = models.CharField(max_length=120)
    employer = models.CharField(max_length=200)
    administrator_name = models.CharField(max_length=150, blank=True)
    administrator_contact = models.CharField(max_length=200, blank=True)
    attests_no_corporate_email = models.BooleanField(default=False)
    attests_small_organization = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True, blank=True)
    # What people were told of all of it at once, so that each request can say whether it left.
    letters = models.ManyToManyField(Notice, related_name="request_groups", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["requester", "-id"], name="request_group_of_requester"),
            models.Index("id", condition=Q(filed_at=None), name="request_group_to_file"),
        ]

    def __str__(self) -> str:
        return f"Requests together {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("groups:detail", args=[self.pk])


class GroupLine(models.Model):
    """One role at one CCN. What could not be filed keeps the sentence that said why."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Being filed")
        FILED = "filed", _("Filed")
        REFUSED = "refused", _("Not filed")

    group = models.ForeignKey(RequestGroup, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    typed = models.CharField(max_length=60)
    provider = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    refusal = models.CharField(max_length=500, blank=True)
    access_request = models.OneToOneField(
        AccessRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="group_line"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["group", "position"], name="group_line_position"),
            models.UniqueConstraint(
                fields=["group", "provider", "role"], name="group_line_asks_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", access_request=None, refusal="")
                | Q(outcome="filed", access_request__isnull=False, refusal="")
                | (Q(outcome="refused", access_request=None) & ~Q(refusal="")),
                name="group_line_outcome_matches",
            ),
            models.CheckConstraint(
                condition=Q(outcome="refused") | Q(provider__isnull=False),
                name="group_line_names_a_provider",
            ),
        ]
        indexes = [
            models.Index(
                "group", "position", condition=Q(outcome="waiting"), name="group_line_to_file"
            ),
        ]

    def __str__(self) -> str:
        return f"Line {self.position}: {self.outcome}"
