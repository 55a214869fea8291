"""Approvers who want one email a day, and what they get."""

from __future__ import annotations

from datetime import datetime

import time_machine

from access_requests.digest import preferring, sending
from access_requests.models import AccessRequest
from accounts.models import Notice, OutgoingEmail, User
from providers.models import Provider
from tests import builders as make

DAILY, EACH = preferring.Approvals.DAILY, preferring.Approvals.EACH


def at(moment: str) -> time_machine.travel:
    """Eastern Standard Time."""
    return time_machine.travel(datetime.fromisoformat(f"{moment}-05:00"), tick=False)


def beat(moment: str) -> int:
    with at(moment):
        return sending.send(seconds=60)


def daily_pso(here: Provider, moment: str = "2026-11-09T10:00") -> User:
    """A Monday, before anything came. The first PSO there, or a further one."""
    with at(moment):
        pso = make.pso(here)
        preferring.choose(pso, DAILY)
    return pso


def asked_at(moment: str, here: Provider, asker: User | None = None) -> AccessRequest:
    with at(moment):
        return make.submit(asker or make.person(), here)


def digests(person: User) -> list[OutgoingEmail]:
    carried = Notice.objects.filter(recipient=person, is_for_digest=True).values("digest")
    return list(OutgoingEmail.objects.filter(pk__in=carried).order_by("pk"))


def emails_about(asked: AccessRequest, person: User) -> list[OutgoingEmail]:
    return list(OutgoingEmail.objects.filter(notice__request_id=asked.pk, notice__recipient=person))
