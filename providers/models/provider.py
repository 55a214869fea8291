"""A provider is its CCN; its enrollments in PECOS hang from it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from providers import ccn as ccns
from providers import names
from providers.kinds import SERVED
from providers.models import search_keys, spoken_names
from providers.models.chain import Chain


class ProviderQuerySet(models.QuerySet["Provider"]):
    def open(self) -> ProviderQuerySet:
        return self.filter(closed_on=None)

    def get_by_ccn(self, typed: str) -> Provider:
        """The provider that any spelling of its CCN means, PECOS suffixes included; so does the
        provisional identifier that it had before.

        Raises Provider.DoesNotExist when the spelling cannot be read or names nobody here.
        """
        if provisional := ccns.provisional_id(typed):
            return self.get(provisional_id=provisional)
        reading = ccns.read(typed)
        if isinstance(reading, ccns.Unreadable):
            raise Provider.DoesNotExist(reading.message)
        return self.get(ccn=reading.ccn)


class Provider(models.Model):
    ccn = models.CharField(_("CMS Certification Number (CCN)"), max_length=10, unique=True)
    kind = models.CharField(
        max_length=30, choices=[(str(kind.value), kind.label) for kind in SERVED]
    )
    # What CMS calls a provider that is not certified yet, and has no CCN; kept when it gets one.
    provisional_id = models.CharField(max_length=8, unique=True, null=True, blank=True)
    name = models.CharField(max_length=200)
    doing_business_as = models.CharField(max_length=200, blank=True)
    legal_name = models.CharField(max_length=200, blank=True)
    chain = models.ForeignKey(
        Chain, null=True, blank=True, on_delete=models.PROTECT, related_name="providers"
    )
    address_line_1 = models.CharField(max_length=200, blank=True)
    address_line_2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=2)
    zip_code = models.CharField(_("ZIP code"), max_length=9, blank=True)
    phone = models.CharField(_("phone of record"), max_length=20, blank=True)
    # The layouts (kinds of CMS file) whose newest file names this provider. One that none of
    # them names any more is closed.
    listed_in = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # What the list that leads leaves blank of it, so that a list that follows may say it.
    left_blank = ArrayField(
        models.CharField(max_length=40), default=list, db_default=[], blank=True
    )
    closed_on = models.DateField(null=True, blank=True)

    search_text = models.GeneratedField(
        expression=search_keys.search_expression(),
        output_field=models.TextField(),
        db_persist=True,
    )
    squeezed_name = models.GeneratedField(
        expression=search_keys.squeezed_expression("name"),
        output_field=models.CharField(max_length=200),
        db_persist=True,
    )

    objects: ClassVar[models.Manager[Provider]] = ProviderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ccn__regex=r"^[0-9A-E][0-9]([0-9]{4}|[A-Z][0-9A-K][0-9]{2}|Q[0-9]{7})$")
                | Q(provisional_id__isnull=False, ccn=F("provisional_id")),
                name="provider_ccn_shape",
            ),
            models.CheckConstraint(
                condition=Q(provisional_id=None) | Q(provisional_id__regex="^P[A-Z]{2}[0-9]{5}$"),
                name="provider_provisional_id_shape",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in SERVED]), name="provider_kind_served"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="provider_has_a_name"),
            models.CheckConstraint(
                condition=Q(state__regex="^[A-Z]{2}$"), name="provider_state_two_letters"
            ),
            models.CheckConstraint(
                condition=Q(zip_code__regex="^([0-9]{5}|[0-9]{9})?$"),
                name="provider_zip_5_or_9_digits",
            ),
        ]
        indexes = [
            models.Index("state", "name", "ccn", name="provider_of_state"),
            GinIndex(spoken_names.spoken_names_expression(), name="provider_spoken_names"),
            GinIndex(
                fields=["search_text"], opclasses=["gin_trgm_ops"], name="provider_search_text"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ccn} {self.display_name}"

    def get_absolute_url(self) -> str:
        return reverse("access_requests:provider", args=[self.ccn])

    @property
    def is_provisional(self) -> bool:
        """Not certified yet: what stands for its CCN is an identifier of CMS's."""
        return self.provisional_id is not None and self.ccn == self.provisional_id

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def display_name(self) -> str:
        """The roster writes in capitals; people read this."""
        return names.title(self.name)

    @property
    def place(self) -> str:
        """City and state: "Fuquay-Varina, NC"."""
        return ", ".join(part for part in (names.title(self.city), self.state) if part)

    @property
    def zip_plus_4(self) -> str:
        plus_4 = self.zip_code[5:]
        return f"{self.zip_code[:5]}-{plus_4}" if plus_4 else self.zip_code

    @property
    def address_lines(self) -> list[str]:
        """As on a letter: "701 Monroe St NW", "Russellville, AL 35653-1358"."""
        lines = [names.address(self.address_line_1), names.address(self.address_line_2)]
        return [line for line in (*lines, f"{self.place} {self.zip_plus_4}".strip()) if line]

    @property
    def shown_legal_name(self) -> str:
        return names.title(self.legal_name)

    def organization_size(self) -> int | None:
        """How many open providers the chain has; None when the roster names no chain."""
        if self.chain_id is None:
            return None
        return Provider.objects.filter(chain_id=self.chain_id, closed_on=None).count()


class Enrollment(models.Model):
    """One PECOS enrollment. Its CCN may carry a suffix: the provider is the CCN without it."""

    enrollment_id = models.CharField(max_length=20)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="enrollments")
    ccn = models.CharField(_("CCN as enrolled"), max_length=10)
    npi = models.CharField(_("NPI"), max_length=10, blank=True)
    organization_name = models.CharField(max_length=200, blank=True)
    doing_business_as = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment_id"], name="enrollment_once"),
            models.CheckConstraint(
                condition=Q(npi__regex="^([0-9]{10})?$"), name="enrollment_npi_10_digits"
            ),
            models.CheckConstraint(condition=~Q(enrollment_id=""), name="enrollment_has_an_id"),
        ]

    def __str__(self) -> str:
        return f"{self.enrollment_id} ({self.ccn})"
