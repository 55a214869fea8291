"""What a decider reads when a step is refused."""

from __future__ import annotations

from django.utils.translation import gettext as _

from access_requests.policy import StepRefused
from access_requests.statement import NotEligible


def for_decider(refusal: StepRefused | NotEligible) -> str:
    """The sentence about somebody's eligibility is written for that person."""
    if isinstance(refusal, NotEligible):
        return _("This request cannot be approved now. The requester would read: “%(why)s”") % {
            "why": refusal
        }
    return str(refusal)
