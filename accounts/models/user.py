"""The account. Its User ID can never change: the notice says so, and a trigger holds it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class CmsRole(models.TextChoices):
    """CMS's own people. They hold no role at any provider and cannot ask for one."""

    REVIEWER = "reviewer", _("CMS reviewer")
    AGENT = "agent", _("Service Center agent")


class IdentityProofing(models.TextChoices):
    """Who has seen proof of the person's identity (rule 8). The portal never asks for an SSN."""

    NONE = "none", _("Not proofed")
    HARP = "harp", _("Proofed by HARP")
    HAND = "hand", _("Proofed by hand")


class UserIdFlag(models.TextChoices):
    """What sign-up here would have said against a User ID that came from HARP (rule 4)."""

    CHARACTERS = "characters", _("Holds characters other than letters and digits")
    LENGTH = "length", _("Has fewer than 6 or more than 60 characters")
    LIKE_SSN = "like_ssn", _("Looks like a Social Security number")
    LIKE_CCN = "like_ccn", _("Looks like a CCN")
    PROVIDER_NAME = "provider_name", _("Holds the name of a provider")
    PART_OF_PROVIDER_NAME = "part_of_provider_name", _("Holds part of a provider’s name")
    TAKEN_HERE = (
        "taken_here",
        _("Somebody here had this User ID already: “@harp” was put behind it"),
    )


class User(AbstractUser):
    # Longer than sign-up takes: one that comes from HARP is never refused.
    username = models.CharField(
        _("User ID"),
        max_length=150,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+\Z", _("Use letters and digits only."))],
        error_messages={"unique": _("This User ID is taken. Choose another one.")},
    )
    full_name = models.CharField(_("legal name"), max_length=150, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    # What the person says by default when asking for a role; each request keeps its own words.
    employer = models.CharField(_("employer"), max_length=200, blank=True)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    identity_proofing = models.CharField(
        _("identity proofing"),
        max_length=4,
        choices=IdentityProofing,
        default=IdentityProofing.NONE,
    )
    # Values of UserIdFlag.
    user_id_flags = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    cms_role = models.CharField(_("CMS role"), max_length=10, choices=CmsRole, blank=True)
    first_name: Any = None
    last_name: Any = None

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(cms_role__in=["", *CmsRole.values]), name="user_cms_role_known"
            ),
            models.CheckConstraint(
                condition=Q(identity_proofing__in=IdentityProofing.values),
                name="user_identity_proofing_known",
            ),
            models.CheckConstraint(
                condition=Q(username=Lower("username")), name="user_id_in_lower_case"
            ),
        ]
        indexes = [
            models.Index(fields=["email"], name="user_email"),
            models.Index("id", condition=Q(is_active=False), name="user_switched_off"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name or self.username

    @property
    def is_cms_reviewer(self) -> bool:
        return self.cms_role == CmsRole.REVIEWER

    @property
    def is_agent(self) -> bool:
        return self.cms_role == CmsRole.AGENT

    @property
    def is_cms(self) -> bool:
        return self.cms_role != ""

    @property
    def user_id_remarks(self) -> list[str]:
        """What sign-up here would have said against a User ID that came from HARP."""
        labels = dict(UserIdFlag.choices)
        return [str(labels[each]) for each in self.user_id_flags]

    @property
    def email_domain(self) -> str:
        return self.email.rpartition("@")[2].lower()
