"""How long a case has waited, beside its target: in words and as a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.desk import due
from accounts.business_days import business_days_between


@dataclass(frozen=True)
class Age:
    """In business days. `code` is one of filters.AGES."""

    days: int
    target: date
    code: str

    @classmethod
    def of(cls, submitted_at: datetime) -> Age:
        target, today = due.target_of(submitted_at), timezone.localdate()
        code = "late" if target < today else "today" if target == today else "on_time"
        return cls(business_days_between(submitted_at, timezone.now()), target, code)

    @property
    def label(self) -> str:
        return {"late": _("Late"), "today": _("Due today"), "on_time": _("On time")}[self.code]

    @property
    def tag(self) -> str:
        return {"late": "error", "today": "warning", "on_time": "success"}[self.code]

    @property
    def in_words(self) -> str:
        return ngettext("%(n)d business day", "%(n)d business days", self.days) % {"n": self.days}

    @property
    def blocks(self) -> list[tuple[int, bool]]:
        """For the drawing: where each day up to the target stands, and whether it is over."""
        return [(n * 12, n < self.days) for n in range(due.TARGET_BUSINESS_DAYS)]
