"""A PSO of a few CCNs, a fellow PSO at each, and people who ask there."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.test import Client

from access_requests.models import AccessRequest
from access_requests.seen import fingerprint
from accounts.models import User
from providers.models import Provider
from tests import builders as make


@dataclass
class Scene:
    pso: User
    fellow: User
    homes: list[Provider]
    asked: list[AccessRequest]

    @property
    def ids(self) -> list[int]:
        return [each.pk for each in self.asked]


@transaction.atomic
def scene(requests: int, *, homes: int = 1, code: str = "assessment_viewer") -> Scene:
    """So many requests of as many people, in turn at so many CCNs; in one transaction for speed."""
    places = [make.provider() for _ in range(homes)]
    reviewer, pso, fellow = make.reviewer(), make.person(), make.person()
    for home in places:
        make.pso(home, pso, by=reviewer)
        make.pso(home, fellow, by=pso)
    asked = [make.submit(make.person(), places[number % homes], code) for number in range(requests)]
    return Scene(pso, fellow, places, asked)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def as_read(asked: list[AccessRequest]) -> dict[str, str]:
    """What the button for approving sends along."""
    found = AccessRequest.objects.select_related("requester").in_bulk([each.pk for each in asked])
    return {"approve": " ".join(f"{pk}:{fingerprint(each)}" for pk, each in found.items())}


def fresh(asked: list[AccessRequest]) -> list[AccessRequest]:
    return list(AccessRequest.objects.filter(pk__in=[each.pk for each in asked]).order_by("pk"))
