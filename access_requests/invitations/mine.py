"""What was sent to the verified address of an account: it needs no link to find it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject, Lower
from django.urls import reverse
from django.utils import timezone

from access_requests.invitations import rules
from access_requests.models import Invitation, InvitationLetter
from accounts.models import User
from providers.models import Provider

MOST_SHOWN = 3


@dataclass(frozen=True)
class Invited:
    """An open invitation, as the home of whom it is for says it."""

    path: str
    inviter: str
    role: str
    provider: Provider
    more_ccns: int
    until: date


def letters_to(person: User) -> QuerySet[InvitationLetter]:
    """By the index on addresses, however they are written."""
    verified = EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True)
    found = InvitationLetter.objects.exclude(address="").annotate(reader=Lower("address"))
    return found.filter(Exists(verified), reader=person.email.lower())


def facts(person: User) -> dict[str, Any]:
    """To be read beside any rows, once for all of them; read with invited_of()."""
    in_time = Invitation.objects.filter(
        letter=OuterRef("pk"), ended_at=None, expires_at__gt=timezone.now()
    )
    standing = rules.with_standing(in_time).filter(Q(inviter_belongs=True))
    first = standing.order_by("provider__ccn").values(
        found=JSONObject(
            role="role__name", name="provider__name", ccn="provider__ccn", expires="expires_at"
        )
    )
    counted = standing.order_by().values("letter").annotate(n=Count("pk")).values("n")
    theirs = letters_to(person).exclude(invited_by=person).filter(Exists(standing))
    shown = theirs.order_by("-pk").values(
        found=JSONObject(
            pk="pk",
            inviter="invited_by__full_name",
            first=Subquery(first[:1]),
            number=Subquery(counted),
        )
    )
    return {"is_invited": ArraySubquery(shown[:MOST_SHOWN])}


def invited_of(row: Any) -> list[Invited]:
    """Of a row read with facts()."""
    return [_invited(each) for each in row.is_invited]


def invited(person: User, rows: Sequence[Any]) -> list[Invited]:
    """Of whichever rows were read with facts(); a query where there are none."""
    if rows:
        return invited_of(rows[0])
    return invited_of(User.objects.only("pk").annotate(**facts(person)).get(pk=person.pk))


def _invited(found: dict[str, Any]) -> Invited:
    first = found["first"]
    expires = datetime.fromisoformat(first["expires"])
    return Invited(
        path=reverse("invitations:accept_mine", args=[found["pk"]]),
        inviter=found["inviter"],
        role=first["role"],
        provider=Provider(name=first["name"], ccn=first["ccn"]),
        more_ccns=found["number"] - 1,
        until=timezone.localdate(expires - timedelta(seconds=1)),
    )
