"""All that an agent needs to know of one person during a call, in so many queries whoever it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Case, Count, Exists, Max, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests import policy
from access_requests.models import OPEN_STATUSES, AccessRequest, EventType, RoleAssignment
from access_requests.models.access_request import AccessRequestQuerySet
from access_requests.now import Now, now, with_psos_counted
from accounts import agent_steps, case_notes, factor_reset, terms, throttle
from accounts.models import (
    AuditEvent,
    BouncedAddress,
    CaseNote,
    FactorReset,
    Held,
    Notice,
    OutgoingEmail,
    TermsAcceptance,
    User,
)

MOST_REQUESTS = 25
MOST_ROLES = 25
MOST_EMAILS = 25
MOST_SIGN_INS = 5
MOST_EVENTS = 10
MOST_NOTES = case_notes.MOST_SHOWN

_STATES = OutgoingEmail.State


# As Notice.email_state says it of one.
_STATE_OF_EMAIL = Case(
    When(is_for_digest=True, digest=None, left_out_at=None, then=Value(Held.FOR_DIGEST)),
    default=Coalesce("email__state", "digest__state", Value("")),
)


@dataclass(frozen=True)
class Told:
    """What became of the emails about one request, to one side."""

    to_requester: bool
    state: str
    number: int
    last_at: datetime | None

    @property
    def label(self) -> str:
        match self.state:
            case _STATES.SENT:
                return ngettext("%(n)d sent", "%(n)d sent", self.number) % {"n": self.number}
            case _STATES.WAITING:
                said = ngettext("%(n)d waits", "%(n)d wait", self.number)
            case _STATES.BOUNCED:
                said = ngettext("%(n)d came back", "%(n)d came back", self.number)
            case _STATES.FAILED:
                said = ngettext("%(n)d not delivered", "%(n)d not delivered", self.number)
            case Held.FOR_DIGEST:
                said = ngettext(
                    "%(n)d waits for a daily email", "%(n)d wait for daily emails", self.number
                )
            case _:
                said = ngettext("%(n)d in the portal only", "%(n)d in the portal only", self.number)
        return said % {"n": self.number}


@dataclass(frozen=True)
class Asked:
    """An open request: who has it, what its requester reads about that, and its emails.
    `psos` are named where they have it."""

    request: AccessRequest
    waiting: str
    said: Now
    told: list[Told]
    psos: list[User]


@dataclass(frozen=True)
class Factors:
    """`names` are the kinds the person has; recovery codes alone are no factor."""

    names: list[str]
    reset: FactorReset | None


@dataclass(frozen=True)
class Email:
    row: OutgoingEmail
    may_be_sent_again: bool


def person_for_case(pk: int) -> QuerySet[User]:
    """With whether the address is verified."""
    verified = EmailAddress.objects.filter(user=OuterRef("pk"), email=OuterRef("email"))
    return User.objects.filter(pk=pk).annotate(
        **{
            "email_is_verified": Exists(verified.filter(verified=True)),
        }
    )


def open_requests(person: User, viewer: User) -> list[Asked]:
    """Newest first, one more than are shown. Three queries."""
    found = list(
        with_psos_counted(policy.with_standing(_requests(person).open(), person))
        .select_related("requester", "provider", "role")
        .order_by("-pk")[: MOST_REQUESTS + 1]
    )
    told, psos = _told_about(found, person), _psos_at(found, person)
    return [_asked(each, person, told.get(each.pk, []), psos) for each in found]


def _asked(
    request: AccessRequest, person: User, told: list[Told], psos: dict[int, list[User]]
) -> Asked:
    waiting = policy.waiting_on(request)
    have_it = psos.get(request.provider_id, []) if waiting is policy.Waiting.PSOS else []
    return Asked(request, str(waiting.label), now(request, person), told, have_it)


def _psos_at(requests: Iterable[AccessRequest], person: User) -> dict[int, list[User]]:
    """By provider; nobody decides their own request."""
    held = RoleAssignment.objects.active().psos().exclude(user=person)
    there = held.filter(provider__in=[each.provider_id for each in requests])
    psos: dict[int, list[User]] = {}
    for each in there.select_related("user").order_by("granted_at", "pk"):
        psos.setdefault(each.provider_id, []).append(each.user)
    return psos


def ended_requests(person: User) -> list[AccessRequest]:
    """Newest first, one more than are shown."""
    found = _requests(person).exclude(status__in=OPEN_STATUSES).select_related("provider", "role")
    return list(found.order_by("-pk")[: MOST_REQUESTS + 1])


def _requests(person: User) -> AccessRequestQuerySet:
    return AccessRequest.objects.filter(requester=person)


def _told_about(requests: Iterable[AccessRequest], person: User) -> dict[int, list[Told]]:
    rows = (
        Notice.objects.filter(request_id__in=[each.pk for each in requests])
        .annotate(mine=Case(When(recipient=person, then=Value(True)), default=Value(False)))
        .annotate(state=_STATE_OF_EMAIL)
        .order_by("request_id", "-mine", "state")
        .values("request_id", "mine", "state")
        .annotate(number=Count("pk"), last_at=Max(Coalesce("email__sent_at", "digest__sent_at")))
    )
    told: dict[int, list[Told]] = {}
    for row in rows:
        said = Told(row["mine"], row["state"], row["number"], row["last_at"])
        told.setdefault(row["request_id"] or 0, []).append(said)
    return told


def roles(person: User) -> list[RoleAssignment]:
    """Those that have not ended, one more than are shown."""
    held = RoleAssignment.objects.not_ended().filter(user=person)
    return list(held.select_related("provider", "role").order_by("role__position", "pk"))[
        : MOST_ROLES + 1
    ]


def emails(person: User, reset: FactorReset | None) -> list[Email]:
    """To the person's address, and what they were told at an earlier one; newest first, one more
    than are shown. Never the words."""
    rows = _emails_of(person).select_related("notice").order_by("-pk")
    shown = rows.defer("body_text", "body_html", "notice__body")[: MOST_EMAILS + 1]
    return [Email(row, agent_steps.may_be_sent_again(row, reset)) for row in shown]


def email_of(person: User, pk: int) -> OutgoingEmail | None:
    return OutgoingEmail.objects.filter(
        Q(to_address=person.email) | Q(notice__recipient=person), pk=pk
    ).first()


def _emails_of(person: User) -> QuerySet[OutgoingEmail]:
    """Both halves by index, before they are put together."""
    most = MOST_EMAILS + 1
    here = OutgoingEmail.objects.filter(to_address=person.email).order_by("-pk")
    told = Notice.objects.filter(recipient=person, email__isnull=False).order_by("-pk")
    either = here.values("pk")[:most].union(told.values("email")[:most])
    return OutgoingEmail.objects.filter(pk__in=either)


def bounce_of(person: User) -> BouncedAddress | None:
    return BouncedAddress.objects.filter(address=person.email.lower(), cleared_at=None).first()


def factors(person: User) -> Factors:
    kinds = {
        Authenticator.Type.TOTP: _("Authenticator app"),
        Authenticator.Type.WEBAUTHN: _("Passkey"),
        Authenticator.Type.RECOVERY_CODES: _("Recovery codes"),
    }
    has = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    names = [name for kind, name in kinds.items() if kind in has]
    return Factors(names, factor_reset.open_reset_of(person))


def sign_ins(person: User) -> list[datetime]:
    """The last ones. By an index that holds no looks (accounts 0006)."""
    events = _account_events(person).filter(type="signed_in").order_by("-pk")
    return list(events.values_list("at", flat=True)[:MOST_SIGN_INS])


def events(person: User) -> list[AuditEvent]:
    """What else happened to the account, newest first."""
    rest = _account_events(person).exclude(type="signed_in").select_related("actor")
    return list(rest.order_by("-pk")[:MOST_EVENTS])


def _account_events(person: User) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(person=person, request_id=None, ccn="").exclude(
        type=EventType.PERSON_VIEWED
    )


def notes(person: User) -> list[CaseNote]:
    return case_notes.about(person)


def accepted_terms(person: User) -> TermsAcceptance | None:
    return terms.acceptance_of(person)


def is_held_up(person: User) -> bool:
    return throttle.is_held_up(person)
