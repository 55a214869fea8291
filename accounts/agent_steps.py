"""What a Service Center agent can do to somebody's account. None of it decides anything.

Each step is a line in the audit trail and, where it concerns the account's safety, told to the
person, in one transaction. A password, name or address is never changed here.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit, bounces, factor_reset, security_notices, throttle
from accounts.mail import outbox
from accounts.models import FactorReset, Notice, OutgoingEmail, User

State = OutgoingEmail.State
_RESET_WARNINGS = {"factor_reset_started", "factor_reset_soon"}


def may_act(user: User, person: User) -> bool:
    return user.is_agent and user.is_active and user.pk != person.pk


def require_agent(user: User, person: User) -> None:
    """Raises PermissionDenied with a sentence."""
    if may_act(user, person):
        return
    if user.pk == person.pk:
        raise PermissionDenied(_("Ask a colleague: nobody does this for their own account."))
    raise PermissionDenied(_("Only Service Center agents can do this."))


@transaction.atomic
def unlock(person: User, *, by: User) -> None:
    """Forget the wrong tries, so that the person can try again at once."""
    require_agent(by, person)
    throttle.unlock(person)
    audit.record("account_unlocked", actor=by, person=person)
    security_notices.tell(person, "unlocked")


@transaction.atomic
def clear_bounce(person: User, *, by: User, ticket: str) -> bool:
    """The person says that their address works. The email which tells them so tries it: if it
    comes back too, the address is flagged anew. False: it was not flagged."""
    require_agent(by, person)
    if not bounces.clear(person.email, by=by, person=person, ticket=ticket):
        return False
    security_notices.tell(person, "bounce_cleared", ticket=ticket)
    return True


def may_be_sent_again(email: OutgoingEmail, reset: FactorReset | None) -> bool:
    """A code is not: it has expired, its words are gone, and the person asks for a new one.

    `reset` is the person's open one. A warning of any other would only frighten.
    """
    if email.holds_secret or email.state == State.WAITING:
        return False
    return not _warns_of_what_is_over(email, reset)


def _warns_of_what_is_over(email: OutgoingEmail, reset: FactorReset | None) -> bool:
    told = getattr(email, "notice", None)
    if told is None or told.kind not in _RESET_WARNINGS:
        return False
    return reset is None or told.created_at < reset.asked_at


@transaction.atomic
def send_again(email: OutgoingEmail, *, person: User, by: User) -> None:
    """The same words once more, to the address the person has now. Raises ValidationError."""
    require_agent(by, person)
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    _refuse_unfit(email, person)
    copy = OutgoingEmail(
        to_address=person.email,
        subject=email.subject,
        body_text=email.body_text,
        body_html=email.body_html,
    )
    outbox.store([copy])
    _repeat_notice(email, copy)
    details = {"email": email.pk, "copy": copy.pk}
    audit.record("email_sent_again", actor=by, person=person, details=details)


def _refuse_unfit(email: OutgoingEmail, person: User) -> None:
    if email.holds_secret:
        raise ValidationError(
            _("An email with a code is never sent again. The person can ask for a new code.")
        )
    if not (person.is_active and person.email):
        raise ValidationError(_("The account is not active, so it gets no email."))
    if _warns_of_what_is_over(email, factor_reset.open_reset_of(person)):
        raise ValidationError(_("This email warns of a reset that is over."))
    waiting = OutgoingEmail.objects.filter(
        to_address=person.email, subject=email.subject, state=State.WAITING
    )
    if email.state == State.WAITING or waiting.exists():
        raise ValidationError(_("This email is waiting to be sent already."))


def _repeat_notice(email: OutgoingEmail, copy: OutgoingEmail) -> None:
    """So that the copy is seen on the page of its request. In the portal it is no news. Of an email
    that gathers several notices, each page shows what becomes of the copy instead."""
    Notice.objects.filter(digest=email).update(digest=copy)
    told = Notice.objects.filter(email=email).first()
    if told is not None:
        Notice.objects.create(
            recipient_id=told.recipient_id,
            kind=told.kind,
            subject=told.subject,
            body=told.body,
            path=told.path,
            request_id=told.request_id,
            email=copy,
            created_at=timezone.now(),
            read_at=timezone.now(),
        )
