"""Whether the person was warned of a reset, and had the whole delay to stop it."""

from __future__ import annotations

from enum import Enum

from django.utils import timezone

from accounts import bounces
from accounts.models import FactorReset, Notice, OutgoingEmail


class Warned(Enum):
    IN_TIME = "in_time"
    # The email left late, or waits for a mail server that is down: the delay begins when it left.
    NOT_YET = "not_yet"
    # It came back, or could not be delivered.
    NEVER = "never"


def warned(reset: FactorReset) -> Warned:
    """A reviewer, who may start one for somebody whom no email reaches, answers for it."""
    if reset.asked_by.is_cms_reviewer:
        return Warned.IN_TIME
    said = (
        Notice.objects.filter(
            recipient=reset.user, kind="factor_reset_started", created_at__gte=reset.asked_at
        )
        .select_related("email")
        .order_by("pk")
        .first()
    )
    email = said.email if said else None
    if email is None or bounces.is_bounced(reset.user.email):
        return Warned.NEVER
    if email.state == OutgoingEmail.State.WAITING:
        return Warned.NOT_YET
    if email.state != OutgoingEmail.State.SENT or email.sent_at is None:
        return Warned.NEVER
    delay = reset.takes_effect_at - reset.asked_at
    return Warned.IN_TIME if email.sent_at + delay <= timezone.now() else Warned.NOT_YET
