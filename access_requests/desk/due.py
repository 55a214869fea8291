"""By when CMS means to decide a first-PSO request."""

from __future__ import annotations

from datetime import date, datetime

from accounts.business_days import business_days_after

# Rule 24 reminds approvers after 2 and 5 business days: CMS's own aim is the second of these.
TARGET_BUSINESS_DAYS = 5


def target_of(submitted_at: datetime) -> date:
    """The day by which CMS means to have decided what was submitted then."""
    return business_days_after(submitted_at, TARGET_BUSINESS_DAYS)
