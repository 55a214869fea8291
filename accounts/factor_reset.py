"""A lost second factor, taken away by the Service Center: announced, delayed, and easy to stop.

Whoever calls the Service Center may not be who they say. So nothing happens at once: the person
is told at every address that may reach them, and anybody who holds that email can stop it until
it takes effect. Stopping changes nothing about the account, so it asks for no proof.

Every step locks the person's row first, then the reset's.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, bounces, factor_reset_notices, second_factor
from accounts.factor_reset_warning import Warned, warned
from accounts.models import FactorReset, User
from accounts.sessions import end_sessions

MAX_TICKET = 40


def open_reset_of(person: User) -> FactorReset | None:
    return _open().filter(user=person).first()


def is_open(reset: FactorReset) -> bool:
    return reset.stopped_at is None and reset.done_at is None


def may_stop(reset: FactorReset, user: User) -> bool:
    return user.is_cms or user.pk == reset.user_id


@transaction.atomic
def start(person: User, *, by: User, ticket: str) -> FactorReset:
    """Takes effect after settings.FACTOR_RESET_DELAY. Raises ValidationError."""
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    ticket = " ".join(ticket.split())
    _refuse_unfit(person, by, ticket)
    now = timezone.now()
    reset = FactorReset.objects.create(
        user=person,
        asked_by=by,
        ticket=ticket,
        asked_at=now,
        takes_effect_at=now + settings.FACTOR_RESET_DELAY,
    )
    _record("started", reset, by, takes_effect_at=reset.takes_effect_at.isoformat())
    factor_reset_notices.started(reset)
    return reset


def _refuse_unfit(person: User, by: User, ticket: str) -> None:
    if not (by.is_cms and by.is_active):
        raise ValidationError(_("Only the Service Center and CMS reviewers can do this."))
    if by.pk == person.pk:
        raise ValidationError(_("Ask a colleague: nobody resets their own second factor."))
    if by.is_agent and (person.is_cms or person.is_staff):
        raise ValidationError(
            _("This account belongs to CMS. Only a CMS reviewer can start this: ask one.")
        )
    if not ticket or len(ticket) > MAX_TICKET:
        raise ValidationError(
            _("Enter the ticket number of the call, at most %(number)d characters.")
            % {"number": MAX_TICKET}
        )
    if not person.is_active:
        raise ValidationError(_("This account is closed."))
    if not second_factor.has_factor(person):
        raise ValidationError(
            _("This account has no second factor. Signing in with the password leads to one.")
        )
    if running := open_reset_of(person):
        raise ValidationError(
            _("A reset is under way already (ticket %(ticket)s).") % {"ticket": running.ticket}
        )
    if by.is_agent and bounces.is_bounced(person.email):
        raise ValidationError(
            _(
                "Email to this person comes back, so they could not be warned. A CMS reviewer "
                "who has made sure who they are can start it."
            )
        )


@transaction.atomic
def stop(reset: FactorReset, *, by: User | None) -> None:
    """by None: by the link in the email. Raises ValidationError when it is over already."""
    if by is not None and not may_stop(reset, by):
        raise ValidationError(
            _("Only the person, the Service Center and CMS reviewers can do this.")
        )
    reset = _locked(reset.pk)
    if reset.done_at is not None:
        raise ValidationError(_("It is too late to stop this: the second factor was removed."))
    if reset.stopped_at is not None:
        raise ValidationError(_("This was stopped already."))
    reset.stopped_at, reset.stopped_by = timezone.now(), by
    reset.save(update_fields=["stopped_at", "stopped_by"])
    _record("stopped", reset, by, by_link=by is None)
    factor_reset_notices.stopped(reset)


def carry_out_due() -> int:
    """Take away every factor whose time has come; how many people's. Any number of these may run
    at once: whoever comes second to a reset finds it done.

    Never before the person was warned, and had the whole delay from then on: a reset of somebody
    whom the warning did not reach is stopped.
    """
    due = _open().filter(takes_effect_at__lte=timezone.now()).order_by("takes_effect_at")
    return sum(_carry_out(pk) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _carry_out(pk: int) -> bool:
    reset = _locked(pk)
    if not is_open(reset):
        return False
    was_warned = warned(reset)
    if was_warned is Warned.NEVER:
        _stop_unannounced(reset)
    if was_warned is not Warned.IN_TIME:
        return False
    # Those added meanwhile too: a thief with the device and the password may have added one.
    factors = Authenticator.objects.filter(user=reset.user)
    types = sorted(factors.values_list("type", flat=True))
    factors.delete()
    end_sessions(reset.user)
    reset.done_at = timezone.now()
    reset.save(update_fields=["done_at"])
    _record("done", reset, None, factors=types)
    factor_reset_notices.done(reset)
    return True


def _stop_unannounced(reset: FactorReset) -> None:
    reset.stopped_at = timezone.now()
    reset.save(update_fields=["stopped_at"])
    _record("stopped", reset, None, by_link=False, warning_did_not_arrive=True)
    factor_reset_notices.not_announced(reset)


def remind() -> int:
    """Halfway, tell the person once more; how many were told."""
    halfway = timezone.now() + settings.FACTOR_RESET_DELAY / 2
    waiting = _open().filter(takes_effect_at__lte=halfway, takes_effect_at__gt=timezone.now())
    return sum(_remind(pk) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: int) -> bool:
    reset = _locked(pk)
    if not is_open(reset) or factor_reset_notices.was_reminded(reset):
        return False
    factor_reset_notices.soon(reset)
    return True


def _open() -> QuerySet[FactorReset]:
    return FactorReset.objects.filter(stopped_at=None, done_at=None)


def _locked(pk: int) -> FactorReset:
    """The person first, as everywhere; then the reset, as it is now."""
    owner = FactorReset.objects.filter(pk=pk).values("user")
    User.objects.select_for_update(no_key=True).get(pk__in=owner)
    locked = FactorReset.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("user", "asked_by").get(pk=pk)


def _record(step: str, reset: FactorReset, by: User | None, **details: Any) -> None:
    audit.record(
        f"factor_reset_{step}",
        actor=by,
        person=reset.user,
        details={"ticket": reset.ticket, **details},
    )
