"""Where a second PSO is missing: whether somebody asks to be it, or is invited to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests.invitations import rules
from access_requests.models import PSO, AccessRequest, Invitation, Status
from accounts.models import User
from providers.models import Provider


@dataclass(frozen=True)
class Step:
    """What its PSO does next: decides a request (`asks`), waits until a day for somebody who is
    invited (`until`), or invites somebody (neither)."""

    person: str = ""
    path: str = ""
    asks: bool = False
    was_asked_back: bool = False
    until: date | None = None


def facts(user: User, at: str, *, without: Collection[int] = ()) -> dict[str, Any]:
    """To be read beside rows that name the provider in the field `at`; read with step_of().
    Invitations of the people `without` are about to end with their own roles."""
    asked = (
        AccessRequest.objects.open()
        .filter(provider=OuterRef(at), role=PSO)
        .exclude(requester=user)
        .order_by("status", "submitted_at", "pk")
    )
    invited = rules.with_standing(
        Invitation.objects.filter(
            provider=OuterRef(at), role=PSO, ended_at=None, expires_at__gt=timezone.now()
        )
    ).filter(Q(inviter_belongs=True))
    if without:
        invited = invited.exclude(invited_by__in=without)
    return {
        "next_pso_asks": Subquery(
            asked.values(found=JSONObject(pk="pk", name="requester__full_name", status="status"))[
                :1
            ]
        ),
        "next_pso_invited": Subquery(
            invited.order_by("-pk").values(
                found=JSONObject(
                    letter="letter",
                    name="letter__name",
                    address="letter__address",
                    expires="expires_at",
                )
            )[:1]
        ),
    }


def step_of(row: Any) -> Step:
    """Of a row read with facts()."""
    if asks := row.next_pso_asks:
        return Step(
            person=asks["name"],
            path=reverse("access_requests:detail", args=[asks["pk"]]),
            asks=True,
            was_asked_back=asks["status"] == Status.RETURNED,
        )
    if invited := row.next_pso_invited:
        expires = datetime.fromisoformat(invited["expires"])
        return Step(
            person=invited["name"] or invited["address"] or _("Somebody"),
            path=reverse("invitations:detail", args=[invited["letter"]]),
            until=timezone.localdate(expires - timedelta(seconds=1)),
        )
    return Step()


def steps(
    user: User, provider_ids: Iterable[int], *, without: Collection[int] = ()
) -> Mapping[int, Step]:
    """By provider. One query, none without providers."""
    ids = list(provider_ids)
    if not ids:
        return {}
    found = Provider.objects.filter(pk__in=ids).only("pk")
    found = found.annotate(**facts(user, "pk", without=without))
    return {each.pk: step_of(each) for each in found}
