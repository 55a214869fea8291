"""What people are told of a reset of a second factor (accounts/factor_reset.py)."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices, security_notices
from accounts.models import AuditEvent, FactorReset, Notice, User

# So long after a change of address, the earlier one is told as well: a thief may have changed it.
FORMER_ADDRESS_IS_TOLD = timedelta(days=30)


def path_of(reset: FactorReset) -> str:
    return reverse("accounts:stop_factor_reset", args=[reset.reference])


def started(reset: FactorReset) -> None:
    _tell(reset, "factor_reset_started", takes_effect_at=reset.takes_effect_at)


def soon(reset: FactorReset) -> None:
    _tell(reset, "factor_reset_soon", takes_effect_at=reset.takes_effect_at)


def was_reminded(reset: FactorReset) -> bool:
    return Notice.objects.filter(
        recipient=reset.user, kind="factor_reset_soon", created_at__gte=reset.asked_at
    ).exists()


def stopped(reset: FactorReset) -> None:
    """Whoever has started it hears too: a reset that the person stops may have been a fraud."""
    by = reset.stopped_by
    how = "link" if by is None else "person" if by.pk == reset.user_id else "cms"
    _tell(reset, "factor_reset_stopped", how=how)
    if by is None or by.pk != reset.asked_by_id:
        _tell_who_started_it(reset)


def done(reset: FactorReset) -> None:
    _tell(reset, "factor_reset_done")


def _tell(reset: FactorReset, change: str, **details: object) -> None:
    page = reverse("account_login") if change == "factor_reset_done" else path_of(reset)
    security_notices.tell(
        reset.user,
        change,
        also_to=_former_addresses(reset.user),
        path=page,
        ticket=reset.ticket,
        **details,
    )


def _former_addresses(person: User) -> set[str]:
    changes = AuditEvent.objects.filter(
        person=person, type="email_changed", at__gte=timezone.now() - FORMER_ADDRESS_IS_TOLD
    )
    return {str(details["before"]) for details in changes.values_list("details", flat=True)}


def not_announced(reset: FactorReset) -> None:
    """Stopped by the system: the email that warns the person did not arrive."""
    _tell(reset, "factor_reset_stopped", how="not_announced")
    _tell_who_started_it(
        reset,
        _(
            "The email that warns them came back, so it did not take effect. Ask them for an "
            "address that works; or a CMS reviewer who has made sure who they are can start it."
        ),
    )


def _tell_who_started_it(reset: FactorReset, why: str = "") -> None:
    said = [
        _("%(person)s (User ID %(user_id)s, ticket %(ticket)s): the second factor stays."),
        why
        or _(
            "It was stopped before it took effect. If the person did not ask for it, somebody "
            "else has called in their name: look at the ticket again, and call the person."
        ),
    ]
    names = {"person": reset.user, "user_id": reset.user.username, "ticket": reset.ticket}
    notices.tell(
        recipient=reset.asked_by,
        kind="factor_reset_stopped_agent",
        subject=_("A reset of a second factor was stopped (ticket %(ticket)s)") % names,
        body="\n\n".join(said) % names,
    )
