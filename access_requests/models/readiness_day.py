from __future__ import annotations

from django.db import models


class ReadinessDay(models.Model):
    """How many open CCNs of a state and kind had 0, 1, 2+ active PSOs when a day ended (ET).

    The trend is drawn from these; today's figures are always counted anew.
    """

    day = models.DateField()
    state = models.CharField(max_length=2)
    kind = models.CharField(max_length=30)
    none = models.PositiveIntegerField()
    one = models.PositiveIntegerField()
    two_or_more = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "state", "kind"], name="readiness_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.state} {self.kind}"
