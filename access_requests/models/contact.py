"""Whom CMS can write to at a provider, and what people report about its PSOs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from access_requests.models.access_request import AccessRequest
from access_requests.models.role_assignment import RoleAssignment
from providers.models import Provider


class Contact(models.Model):
    """Somebody known at a CCN: imported or entered by CMS. No account is needed."""

    class Source(models.TextChoices):
        IMPORTED = "imported", _("Imported")
        ENTERED = "entered", _("Entered by CMS")

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(_("name"), max_length=150, blank=True)
    position = models.CharField(_("position"), max_length=120, blank=True)
    # Kept in small letters. One without an address is written to by letter.
    email = models.EmailField(_("address"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    source = models.CharField(max_length=10, choices=Source)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()
    # Since then they want no campaign letters here. They stay a contact: they still hear of who
    # claims to be PSO, and their address is still a known one.
    declined_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "provider",
                Lower("email"),
                condition=~Q(email="") & Q(removed_at=None),
                name="contact_once_at_a_provider",
            ),
            models.CheckConstraint(
                condition=~Q(name="") | ~Q(email="") | ~Q(phone=""), name="contact_says_something"
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="contact_address_in_small_letters"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_why="")
                | (Q(removed_at__isnull=False) & ~Q(removed_why="")),
                name="contact_removed_with_reason",
            ),
        ]
        indexes = [models.Index(Lower("email"), name="contact_by_address")]

    def __str__(self) -> str:
        return self.name or self.email


class ContactUpload(models.Model):
    """A list of contacts on its way in: uploaded and compared, then taken in or dropped."""

    class State(models.TextChoices):
        COMPARED = "compared", _("Waiting for approval")
        IMPORTED = "imported", _("Imported")
        DROPPED = "dropped", _("Dropped")

    file_name = models.CharField(max_length=255)
    # As uploaded, xz-compressed; emptied when the upload has ended.
    content = models.BinaryField(default=b"", editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.COMPARED)
    counts = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="compared", ended_at=None, ended_by=None)
                | Q(state__in=["imported", "dropped"], ended_at__isnull=False, content=b""),
                name="contact_upload_keeps_no_list_when_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name}: {self.get_state_display()}"


class EmploymentReport(models.Model):
    """ "This person does not work here": said of a requester or a PSO, for CMS to look into."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("Upheld: the person does not work there")
        NOT_UPHELD = "not_upheld", _("Not upheld: the person works there")

    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="employment_reports"
    )
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="employment_reports"
    )
    # The claim that is doubted: an open PSO request, or a PSO role.
    access_request = models.ForeignKey(
        AccessRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    role_assignment = models.ForeignKey(
        RoleAssignment, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    # Who says so: somebody signed in, or a contact by the link in their email.
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    # A contact's email may have been passed on: whoever answered, as they say.
    said_by = models.CharField(max_length=300, blank=True)
    text = models.TextField(max_length=2000)
    reported_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_note = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reported_by__isnull=False, contact=None)
                | Q(reported_by=None, contact__isnull=False),
                name="employment_report_has_one_reporter",
            ),
            models.CheckConstraint(
                condition=Q(access_request__isnull=False) | Q(role_assignment__isnull=False),
                name="employment_report_is_about_a_claim",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, outcome="")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(outcome="")),
                name="employment_report_settled_with_outcome",
            ),
            models.UniqueConstraint(
                fields=["contact", "about", "provider"],
                condition=Q(settled_at=None, contact__isnull=False),
                name="employment_report_one_open_of_contact",
            ),
            models.UniqueConstraint(
                fields=["reported_by", "about", "provider"],
                condition=Q(settled_at=None, reported_by__isnull=False),
                name="employment_report_one_open_of_person",
            ),
        ]
        indexes = [
            models.Index("id", condition=Q(settled_at=None), name="employment_report_open"),
            models.Index(
                "settled_at",
                "id",
                condition=Q(settled_at__isnull=False),
                name="employment_report_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"Report {self.pk}"


class ReachAttempt(models.Model):
    """CMS tried to reach a PSO; enough of these allow it to revoke their role (rule 21)."""

    class How(models.TextChoices):
        CALL = "call", _("Call")
        EMAIL = "email", _("Email")
        LETTER = "letter", _("Letter")

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        NOT_REACHED = "not_reached", _("Not reached")

    role_assignment = models.ForeignKey(
        RoleAssignment, on_delete=models.PROTECT, related_name="reach_attempts"
    )
    how = models.CharField(max_length=10, choices=How)
    outcome = models.CharField(max_length=12, choices=Outcome)
    note = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="reach_attempt_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.get_how_display()}: {self.get_outcome_display()}"
