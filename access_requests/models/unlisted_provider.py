"""A provider that is not on the roster: somebody's report, and the request that waits for it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access_requests.models.access_request import AccessRequest
from access_requests.models.choices import Affiliation
from access_requests.models.role import Role
from providers.models import Provider, search_keys


class UnlistedProvider(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("CMS is looking into it")
        ADDED = "added", _("Added")
        ANSWERED = "answered", _("Answered")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="unlisted_providers"
    )
    typed = models.CharField(_("CCN as typed"), max_length=60, blank=True)
    # The same without spaces and hyphens, in capitals: what reports of one CCN have in common.
    squeezed_ccn = models.CharField(max_length=60, blank=True)
    name = models.CharField(_("name of the provider"), max_length=200)
    state = models.CharField(_("state"), max_length=2)
    city = models.CharField(_("city"), max_length=100)
    is_certified = models.BooleanField(_("has a CCN"), default=True)
    evidence = models.TextField(_("how CMS can see that it exists"), max_length=2000)
    squeezed_name = models.GeneratedField(
        expression=search_keys.squeezed_expression("name"),
        output_field=models.CharField(max_length=200),
        db_persist=True,
    )

    # The request, kept word for word until the provider is there. Empty where none was typed.
    role = models.ForeignKey(
        Role, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    affiliation = models.CharField(max_length=10, choices=Affiliation, blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    employer = models.CharField(max_length=200, blank=True)
    administrator_name = models.CharField(max_length=150, blank=True)
    administrator_contact = models.CharField(max_length=200, blank=True)
    attests_no_corporate_email = models.BooleanField(default=False)
    attests_small_organization = models.BooleanField(default=False)

    status = models.CharField(max_length=10, choices=State, default=State.OPEN)
    reported_at = models.DateTimeField()
    # When CMS's reviewers were told of it, together with the others of that hour.
    cms_told_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(max_length=2000, blank=True)
    # Ended as added, but the provider had been on the roster all along.
    was_listed = models.BooleanField(default=False)
    provider = models.ForeignKey(
        Provider, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    access_request = models.OneToOneField(
        AccessRequest,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="unlisted_provider",
    )
    # Why the kept request could not be filed when the provider was added, in the words shown.
    not_filed_because = models.TextField(blank=True)

    # Read beside another report that may mean the same provider.
    is_same_ccn: bool
    others: int

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", ended_at=None, provider=None, answer="")
                | (
                    Q(status="added", ended_at__isnull=False, ended_by__isnull=False)
                    & Q(provider__isnull=False)
                )
                | (
                    Q(status="answered", ended_at__isnull=False, ended_by__isnull=False)
                    & ~Q(answer="")
                )
                | Q(status="withdrawn", ended_at__isnull=False, ended_by=None, provider=None),
                name="unlisted_provider_outcome_matches_status",
            ),
            models.CheckConstraint(
                condition=Q(access_request=None) | Q(status="added"),
                name="unlisted_provider_request_only_when_added",
            ),
            models.CheckConstraint(
                condition=Q(state__regex="^[A-Z]{2}$") & ~Q(name="") & ~Q(evidence=""),
                name="unlisted_provider_says_what_it_is",
            ),
            models.UniqueConstraint(
                fields=["reporter", "squeezed_ccn"],
                condition=Q(status="open") & ~Q(squeezed_ccn=""),
                name="unlisted_provider_one_open_per_ccn",
            ),
            models.UniqueConstraint(
                fields=["reporter", "state", "squeezed_name"],
                condition=Q(status="open", squeezed_ccn=""),
                name="unlisted_provider_one_open_per_name",
            ),
        ]
        indexes = [
            models.Index("reported_at", "id", condition=Q(status="open"), name="unlisted_open"),
            models.Index(fields=["reporter", "-id"], name="unlisted_of_reporter"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("unlisted:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.State.OPEN

    @property
    def asks_for_role(self) -> bool:
        return self.role_id is not None
