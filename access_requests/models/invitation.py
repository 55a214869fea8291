from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access_requests.models.choices import Affiliation
from access_requests.models.role import Role
from accounts.models import Notice, OutgoingEmail
from providers.models import Provider


class InvitationLetter(models.Model):
    """The email to one person, and the link in it: for one invitation, or for several CCNs."""

    # The form that was sent: sent twice, it is the same letter.
    form_key = models.UUIDField(unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitation_letters"
    )
    # Address and name are blanked some months after it ended (invitations.forgetting).
    address = models.EmailField(_("email address"), blank=True)
    # For the lists of the inviter, the PSOs and CMS; never in the email.
    name = models.CharField(_("name"), max_length=150, blank=True)
    # What the link must match. The link itself stands only in the email, until that has left.
    token_digest = models.CharField(max_length=64, unique=True)
    email = models.OneToOneField(
        OutgoingEmail, on_delete=models.PROTECT, related_name="invitation_letter"
    )
    # Of which it was sent before.
    earlier_emails = models.ManyToManyField(OutgoingEmail, related_name="+", blank=True)
    email_holds_link = models.BooleanField(default=True)
    written_at = models.DateTimeField()
    times_written = models.PositiveSmallIntegerField(default=1)
    told_undelivered_at = models.DateTimeField(null=True, blank=True)
    # Its reader wants none any more, from nobody: a keyed digest of the address, which outlives it.
    no_more_digest = models.CharField(max_length=64, blank=True, default="")
    # What was said of all the requests at once that came of it.
    told = models.ManyToManyField(Notice, related_name="+", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["invited_by", "-id"], name="invitation_letter_of_inviter"),
            models.Index(
                "id", condition=Q(email_holds_link=True), name="invitation_letter_has_link"
            ),
            models.Index(
                fields=["no_more_digest"],
                condition=~Q(no_more_digest=""),
                name="invitation_letter_no_more",
            ),
            models.Index(
                Lower("address"), condition=~Q(address=""), name="invitation_letter_to_address"
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation letter {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("invitations:detail", args=[self.pk])

    @property
    def wants_no_more(self) -> bool:
        return self.no_more_digest != ""


class Invitation(models.Model):
    """Somebody is asked by email to ask for a role. Accepting it files a request, once; the
    request is decided like any other."""

    class InvitedAs(models.TextChoices):
        PSO = "pso", _("A PSO of the CCN")
        REQUESTER = "requester", _("Somebody who waits for a PSO")

    class EndedHow(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    letter = models.ForeignKey(
        InvitationLetter, on_delete=models.PROTECT, related_name="invitations"
    )
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="invitations")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    affiliation = models.CharField(max_length=10, choices=Affiliation)
    # The last day of the role, where the PSO already knows it (a contract's).
    ends_on = models.DateField(null=True, blank=True)
    # Blanked with that of its letter.
    address = models.EmailField(_("email address"), blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations"
    )
    invited_as = models.CharField(max_length=10, choices=InvitedAs)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=10, choices=EndedHow, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The account had another address than the one that was invited, on that day.
    accepted_elsewhere = models.BooleanField(default=False, db_default=False)

    # Read by invitations.rules.with_standing().
    inviter_belongs: bool

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_how="")
                | Q(
                    ended_at__isnull=False,
                    ended_how__in=["accepted", "declined", "withdrawn", "expired"],
                ),
                name="invitation_ended_how_iff_ended",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=False, ended_how="accepted")
                | (Q(accepted_by=None) & ~Q(ended_how="accepted")),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(role="pso") | Q(affiliation="employed", ends_on=None),
                name="invitation_pso_is_employed",
            ),
            # Whoever only waits may invite to the PSO role and to nothing else.
            models.CheckConstraint(
                condition=Q(invited_as="pso") | Q(invited_as="requester", role="pso"),
                name="invitation_by_a_pso_or_to_become_pso",
            ),
            models.UniqueConstraint(
                "provider",
                "role",
                "invited_by",
                Lower("address"),
                condition=Q(ended_at=None),
                name="invitation_one_open",
            ),
        ]
        indexes = [
            models.Index("expires_at", condition=Q(ended_at=None), name="invitation_open_until"),
            models.Index(fields=["provider", "-id"], name="invitation_at_provider"),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk}: {self.role_id}, {self.ended_how or 'open'}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def last_day(self) -> date:
        """On which it can still be accepted, in Eastern Time."""
        return timezone.localdate(self.expires_at - timedelta(seconds=1))
