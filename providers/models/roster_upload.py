"""A CMS file on its way in: uploaded, compared, accepted by a person, written by a worker."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from providers import names
from providers.models.roster_import import RosterImport
from providers.roster.layouts import TITLES


class RosterUpload(models.Model):
    class State(models.TextChoices):
        COMPARING = "comparing", _("Being compared")
        COMPARED = "compared", _("Waiting for approval")
        IMPORTING = "importing", _("Being imported")
        IMPORTED = "imported", _("Imported")
        UNUSABLE = "unusable", _("Not usable")
        DROPPED = "dropped", _("Dropped")

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    # As uploaded, xz-compressed; emptied when the upload has ended.
    content = models.BinaryField(default=b"", editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.COMPARING)
    layout = models.CharField(max_length=40, blank=True)
    # What the comparison found: the counts of an import, and a digest of the difference, so
    # that what is written is what was accepted.
    counts = models.JSONField(default=dict)
    difference_digest = models.CharField(max_length=64, blank=True)
    would_close_too_many = models.BooleanField(default=False)
    problem = models.TextField(blank=True)
    # How often a worker took the step up that is due. One that kills its worker is not taken up
    # for ever.
    attempts = models.PositiveSmallIntegerField(default=0)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    compared_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    allow_mass_close = models.BooleanField(default=False)
    roster_import = models.OneToOneField(
        RosterImport, null=True, blank=True, on_delete=models.PROTECT, related_name="upload"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["importing", "imported"])
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="roster_upload_accepted_before_import",
            ),
            models.CheckConstraint(
                condition=Q(state="imported", roster_import__isnull=False)
                | (~Q(state="imported") & Q(roster_import=None)),
                name="roster_upload_imported_iff_import",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("rosters:detail", args=[self.pk])

    @property
    def needs_confirmation(self) -> bool:
        """To accept it takes more than one button: it would close many, or goes back in time."""
        return self.would_close_too_many or bool(self.counts.get("is_older"))

    @property
    def speaks_of(self) -> date | None:
        """The day of the file, where it says, once it is compared."""
        said = self.counts.get("as_of")
        return date.fromisoformat(said) if said else None

    @property
    def layout_title(self) -> str:
        return TITLES.get(self.layout, self.layout)

    @property
    def tag(self) -> str:
        """The colour of its state."""
        return {
            self.State.COMPARED: "warning",
            self.State.IMPORTED: "success",
            self.State.UNUSABLE: "error",
            self.State.DROPPED: "ended",
        }.get(self.State(self.state), "info")


class RosterDifference(models.Model):
    """One line of what an upload would change, or of what it holds and cannot be taken."""

    class What(models.TextChoices):
        NEW = "new", _("New")
        CHANGED = "changed", _("Changed")
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Open again")
        REJECTED = "rejected", _("Rejected")

    upload = models.ForeignKey(RosterUpload, on_delete=models.CASCADE, related_name="differences")
    what = models.CharField(max_length=10, choices=What)
    # As a spreadsheet counts, the header being 1; none for what the file does not name.
    row = models.PositiveIntegerField(null=True, blank=True)
    ccn = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=2, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    # A damaged CCN that shape and state prove to be this one; taken only when a person says so.
    repaired_ccn = models.CharField(max_length=10, blank=True)
    repair_accepted = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(repair_accepted=False) | (Q(what="rejected") & ~Q(repaired_ccn="")),
                name="roster_difference_accepts_only_repairs",
            ),
        ]
        indexes = [models.Index("upload", "what", "id", name="roster_difference_of_upload")]

    def __str__(self) -> str:
        return f"{self.ccn}: {self.get_what_display()}"

    @property
    def shown_name(self) -> str:
        """The roster writes in capitals; people read this."""
        return names.title(self.name)
