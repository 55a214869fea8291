from __future__ import annotations

from django.db import models

from providers.models import Chain, Provider


class CcnReadiness(models.Model):
    """How ready an open CCN is now: a row each, kept by triggers (migration 0005).

    A trigger counts the CCN anew under its provider's lock, in the transaction that changes
    something there, so the row is true in every snapshot. Nothing else writes it. A page about the
    whole country reads these rows and not a million requests (decision 0016).
    """

    provider = models.OneToOneField(
        Provider,
        primary_key=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="readiness",
    )
    ccn = models.CharField(max_length=10)
    state = models.CharField(max_length=2)
    kind = models.CharField(max_length=30)
    chain = models.ForeignKey(
        Chain,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    psos = models.PositiveIntegerField()
    # Counted while the CCN has no PSO, else 0: people with an open request, and pending requests
    # for the PSO role.
    waiting = models.PositiveIntegerField()
    first_psos = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["state", "ccn"], name="ccn_readiness_of_state"),
            models.Index(
                fields=["chain"],
                condition=models.Q(chain__isnull=False),
                name="ccn_readiness_of_chain",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ccn}: {self.psos}"
