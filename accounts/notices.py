"""Telling people what happened: a notice in the portal and, with the same words, an email.

Both are rows of the caller's transaction. Celery sends the email after the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import outbox
from accounts.models import EmailPreference, Notice, OutgoingEmail, User

# What lists of notices need not read.
WORDS_OF_EMAILS = tuple(
    f"{email}__{body}" for email in ("email", "digest") for body in ("body_text", "body_html")
)


@dataclass(frozen=True, kw_only=True)
class Message:
    """`body` is plain text; an empty line parts two paragraphs. `path` is a page of the portal
    to read on, never one that does something by being opened. `may_be_gathered`: it says that
    something waits for its reader to decide, so whoever wants one email a day gets it with that;
    codes, security notices and what was decided about the reader's own requests never wait.
    `without_email`: its reader had an email about the same a short time before."""

    recipient: User
    kind: str
    subject: str
    body: str
    path: str = ""
    request_id: int | None = None
    priority: OutgoingEmail.Priority = OutgoingEmail.Priority.DECISION
    may_be_gathered: bool = False
    without_email: bool = False


@dataclass(frozen=True)
class Delivery:
    """Whether what a person was told has left the house, by itself or with the daily email."""

    recipient: User
    kind: str
    subject: str
    told_at: datetime
    state: str
    label: str
    sent_at: datetime | None

    @property
    def state_label(self) -> str:
        if self.state:
            return self.label
        if has_mail(self.recipient):
            return _("Not emailed: an email about the same had left a few days before")
        return _("Not emailed: the account is not active")


def tell(
    *,
    recipient: User,
    kind: str,
    subject: str,
    body: str,
    path: str = "",
    request_id: int | None = None,
    priority: OutgoingEmail.Priority = OutgoingEmail.Priority.DECISION,
) -> Notice:
    return tell_many(
        recipients=[recipient],
        kind=kind,
        subject=subject,
        body=body,
        path=path,
        request_id=request_id,
        priority=priority,
    )[0]


def tell_many(
    *,
    recipients: Iterable[User],
    kind: str,
    subject: str,
    body: str,
    path: str = "",
    request_id: int | None = None,
    priority: OutgoingEmail.Priority = OutgoingEmail.Priority.DECISION,
) -> list[Notice]:
    """The same words to several people."""
    return tell_each(
        Message(
            recipient=recipient,
            kind=kind,
            subject=subject,
            body=body,
            path=path,
            request_id=request_id,
            priority=priority,
        )
        for recipient in recipients
    )


def tell_each(messages: Iterable[Message]) -> list[Notice]:
    """Different words to different people, in two statements however many they are.

    A third one where something may wait for the daily email. The same message twice goes once.
    Whoever has no active account gets the notice (it belongs to the story) but no email.
    """
    messages = list(dict.fromkeys(messages))
    daily = _who_want_one_a_day(messages)
    held = [each.may_be_gathered and each.recipient.pk in daily for each in messages]
    emails = [
        _email(message) if _is_emailed(message) and not waits else None
        for message, waits in zip(messages, held, strict=True)
    ]
    outbox.store([email for email in emails if email is not None])
    now = timezone.now()
    return Notice.objects.bulk_create(
        Notice(
            recipient=message.recipient,
            kind=message.kind,
            subject=one_line(message.subject),
            body=message.body,
            path=message.path,
            request_id=message.request_id,
            email=email,
            is_for_digest=waits,
            created_at=now,
        )
        for message, email, waits in zip(messages, emails, held, strict=True)
    )


def _is_emailed(message: Message) -> bool:
    return has_mail(message.recipient) and not message.without_email


def _who_want_one_a_day(messages: Iterable[Message]) -> set[int]:
    asked = {
        each.recipient.pk for each in messages if each.may_be_gathered and has_mail(each.recipient)
    }
    if not asked:
        return set()
    wanting = EmailPreference.objects.filter(approvals=EmailPreference.Approvals.DAILY)
    return set(wanting.filter(user__in=asked).values_list("user", flat=True))


def deliveries_for_request(request_id: int) -> list[Delivery]:
    """Who was told what about a request, and whether the email left: one query, oldest first."""
    return deliveries(Notice.objects.filter(request_id=request_id))


def deliveries(notices: QuerySet[Notice]) -> list[Delivery]:
    told = (
        notices.select_related("recipient", "email", "digest")
        .defer("body", *WORDS_OF_EMAILS)
        .order_by("id")
    )
    return [
        Delivery(
            recipient=notice.recipient,
            kind=notice.kind,
            subject=notice.subject,
            told_at=notice.created_at,
            state=notice.email_state,
            label=notice.email_state_label,
            sent_at=notice.left_with.sent_at if notice.left_with else None,
        )
        for notice in told
    ]


def has_mail(person: User) -> bool:
    return person.is_active and bool(person.email)


def email_to(
    address: str,
    *,
    greeting: str,
    subject: str,
    body: str,
    path: str = "",
    priority: OutgoingEmail.Priority = OutgoingEmail.Priority.DECISION,
    about: Sequence[str] = (),
    decline_url: str = "",
    template: str = "emails/layout",
    words: Mapping[str, object] | None = None,
) -> OutgoingEmail:
    """The email alone, for whoever has no account; the caller stores it (accounts.mail.outbox).

    `template` extends the layout and says, with `words`, what a body cannot. `about`: lines below
    it that say who sends it and why. `decline_url`: of a page where they can say that they are not
    the right person to write to.
    """
    context = {
        **(words or {}),
        "about": about,
        "decline_url": decline_url,
        "greeting": greeting,
        "paragraphs": [part.strip() for part in body.split("\n\n") if part.strip()],
        "link": settings.PUBLIC_URL + path if path else "",
        "service_center_phone": settings.SERVICE_CENTER_PHONE,
        "subject": one_line(subject),
    }
    return OutgoingEmail(
        to_address=address,
        subject=one_line(subject),
        body_text=render_to_string(f"{template}.txt", context),
        body_html=render_to_string(f"{template}.html", context),
        priority=priority,
        list_unsubscribe=decline_url,
    )


def _email(message: Message) -> OutgoingEmail:
    return email_to(
        message.recipient.email,
        greeting=message.recipient.full_name,
        subject=message.subject,
        body=message.body,
        path=message.path,
        priority=message.priority,
    )


def one_line(subject: str) -> str:
    return " ".join(subject.split())[:255]
