from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """The answers to a typed CCN (rule 1)."""

    OK = "ok", _("on the roster")
    UNREADABLE = "unreadable", _("unreadable")
    UNKNOWN_STATE = "unknown_state", _("unknown state code")
    NOT_SERVED = "not_served", _("not served by iQIES")
    NOT_ON_ROSTER = "not_on_roster", _("not on the roster")
    NOT_ONBOARDING = "not_onboarding", _("not yet onboarding")
    CLOSED = "closed", _("closed")
