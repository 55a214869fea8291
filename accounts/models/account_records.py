"""What is kept about an account besides its row."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class PastPassword(models.Model):
    """A password the person had before the present one, as the hasher made it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="past_passwords"
    )
    encoded = models.CharField(max_length=200)
    replaced_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="past_password_of_user")]

    def __str__(self) -> str:
        return f"password of {self.user_id}"


class TermsAcceptance(models.Model):
    """Which version of the terms a person has accepted, and when."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="terms_acceptances"
    )
    version = models.CharField(max_length=20)
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "version"], name="terms_acceptance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} accepted {self.version}"


class FactorReset(models.Model):
    """The Service Center takes away a lost second factor: only after a delay in which the person,
    who is told at once, can stop it."""

    # Stands in the link by which the person stops it; says nothing about them.
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="factor_resets"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ticket = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    takes_effect_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    # None, though stopped: by the link in the email.
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(stopped_at=None, done_at=None),
                name="factor_reset_one_open_per_person",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(done_at=None),
                name="factor_reset_stopped_or_done",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=models.F("user")), name="factor_reset_not_for_oneself"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(done_at__gte=models.F("takes_effect_at")),
                name="factor_reset_never_early",
            ),
        ]
        indexes = [
            models.Index(
                fields=["takes_effect_at"],
                condition=Q(stopped_at=None, done_at=None),
                name="factor_reset_due",
            ),
        ]

    def __str__(self) -> str:
        return f"factor reset {self.pk}"


class BouncedAddress(models.Model):
    """An address, in lower case, that a mail server has sent our email back from."""

    address = models.EmailField(unique=True)
    reason = models.CharField(max_length=255, blank=True)
    since = models.DateTimeField()
    # It works again. What was sent before then and still comes back says nothing.
    cleared_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"bounced address {self.pk}"


class CaseNote(models.Model):
    """What an agent of the Service Center wrote down about a call. Never changed, only added to."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="case_notes"
    )
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ticket = models.CharField(max_length=40)
    text = models.TextField(max_length=2000)
    request_id = models.BigIntegerField(null=True, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="case_note_of_person")]

    def __str__(self) -> str:
        return f"case note {self.pk}"


class KeptForm(models.Model):
    """What a person had typed when they were signed out for being idle; theirs alone, for a day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kept_forms"
    )
    # Where the form is sent to. What is typed last into the same form counts.
    path = models.CharField(max_length=200)
    # Encrypted: names of fields and what was typed into them, as JSON.
    fields = models.TextField()
    # Whether the person had pressed the button, or was still typing.
    was_sent = models.BooleanField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "path"], name="kept_form_once_per_page"),
        ]

    def __str__(self) -> str:
        return f"kept form of {self.user_id}"
