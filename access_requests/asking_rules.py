"""What must hold when a request is submitted and is not asked again later (rules 3 and 10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from access_requests.models import AccessRequest, Role, RoleAssignment
from access_requests.statement import NotEligible
from accounts.models import User
from providers.models import Program, Provider
from providers.programs import onboarding_of, onboarding_of_kind

# Each is an email to whoever decides. The largest chain has 340 CCNs; two roles at each of them,
# and three times as much again.
MOST_A_DAY: Final = 2_000
_A_DAY: Final = timedelta(hours=24)


def require_open_for_asking(
    provider: Provider, role: Role, at: datetime, programs: Iterable[Program] | None = None
) -> None:
    """Dates gate submitting, never deciding. Before the general date only PSO can be asked for.

    `programs`: all of them, where the caller asks for many providers.
    """
    if programs is None:
        onboarding = onboarding_of(provider, at)
    else:
        onboarding = onboarding_of_kind(provider.kind, programs, at)
    if onboarding.general_open or (role.is_pso and onboarding.pso_open):
        return
    if onboarding.pso_open:
        raise NotEligible(
            _(
                "For now only the Provider Security Official (PSO) role can be asked for at this "
                "provider. %(when)s"
            )
            % {"when": _opens(onboarding.general_opens_at, _("Other roles open"))},
            field="role",
        )
    raise NotEligible(
        _("This provider's program is not onboarding yet. %(when)s")
        % {"when": _opens(onboarding.pso_opens_at, _("PSO requests open"))},
        field="ccn",
    )


def _opens(at: datetime | None, what: str) -> str:
    if at is None:
        return _("CMS has not set the date yet.")
    date = date_format(localtime(at), "F j, Y")
    return _("%(what)s on %(date)s (Eastern Time).") % {"what": what, "date": date}


def require_not_already_asked(person: User, provider: Provider, role: Role) -> None:
    """One open request and one role not ended per person, role and CCN (rule 10)."""
    asked = AccessRequest.objects.open().filter(requester=person, provider=provider, role=role)
    if request_id := asked.values_list("pk", flat=True).first():
        raise asked_already(request_id)
    holds = RoleAssignment.objects.not_ended().filter(user=person, provider=provider, role=role)
    if holds.exists():
        raise held_already()


def require_room_today(person: User, number: int = 1) -> None:
    """Those withdrawn count too."""
    lately = AccessRequest.objects.filter(
        requester=person, submitted_at__gt=timezone.now() - _A_DAY
    ).count()
    if lately + number > MOST_A_DAY:
        sentence = _(
            "An account can submit at most %(most)d requests in 24 hours, and yours has submitted "
            "%(lately)d, those withdrawn included. Come back tomorrow."
        )
        raise NotEligible(sentence % {"most": MOST_A_DAY, "lately": lately})


def asked_already(request_id: int) -> NotEligible:
    sentence = _(
        "You already have an open request for this role at this CCN: request %(number)d. "
        "You find it under My requests."
    )
    return NotEligible(sentence % {"number": request_id}, field="role")


def held_already() -> NotEligible:
    return NotEligible(_("You already have this role at this CCN."), field="role")
