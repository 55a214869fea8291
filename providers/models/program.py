from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from providers.kinds import SERVED


class Program(models.Model):
    """A CMS program with its onboarding dates (rule 3). CMS edits the rows; all times are ET."""

    code = models.SlugField(primary_key=True, max_length=20)
    name = models.CharField(max_length=100)
    kinds = ArrayField(
        models.CharField(max_length=30, choices=[(str(kind.value), kind.label) for kind in SERVED]),
        blank=True,
        default=list,
    )
    onboarded = models.BooleanField(
        _("needs an account"), default=True, help_text=_("Off: nobody asks for access here.")
    )
    pso_opens_at = models.DateTimeField(null=True, blank=True)
    general_opens_at = models.DateTimeField(null=True, blank=True)
    goes_live_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(general_opens_at=None) | Q(general_opens_at__gte=F("pso_opens_at")),
                name="program_psos_before_everyone",
            ),
            models.CheckConstraint(
                condition=Q(general_opens_at=None) | Q(pso_opens_at__isnull=False),
                name="program_general_date_needs_pso_date",
            ),
            models.CheckConstraint(
                condition=Q(onboarded=True)
                | Q(pso_opens_at=None, general_opens_at=None, goes_live_at=None),
                name="program_without_accounts_has_no_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.name
