from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from access_requests.models.choices import Affiliation
from access_requests.models.role import Role
from accounts.models import OutgoingEmail
from providers.models import Provider


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

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="invitations")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    affiliation = models.CharField(max_length=10, choices=Affiliation)
    # The last day of the role, where the PSO already knows it (a contract's).
    ends_on = models.DateField(null=True, blank=True)
    address = models.EmailField(_("email address"))
    name = models.CharField(_("name"), max_length=150, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations"
    )
    invited_as = models.CharField(max_length=10, choices=InvitedAs)
    # What the link in the email must match; the link itself is kept nowhere else.
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=10, choices=EndedHow, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    email = models.OneToOneField(
        OutgoingEmail, null=True, blank=True, on_delete=models.PROTECT, related_name="invitation"
    )

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
            models.UniqueConstraint(
                "provider",
                "role",
                Lower("address"),
                condition=Q(ended_at=None),
                name="invitation_one_open",
            ),
        ]
        indexes = [
            models.Index("expires_at", condition=Q(ended_at=None), name="invitation_open_until"),
            models.Index(fields=["provider", "-id"], name="invitation_at_provider"),
            models.Index(fields=["invited_by", "-id"], name="invitation_of_inviter"),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk}: {self.role_id}, {self.ended_how or 'open'}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None
