"""A CCN with a past: nobody decides, then CMS does, then its PSOs; told over three weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import time_machine

from access_requests import workflow
from access_requests.models import AccessRequest, RejectionReason, RoleAssignment
from accounts.models import User
from providers.models import Provider
from tests import builders as make


@dataclass(frozen=True)
class Past:
    home: Provider
    ann: User
    vera: User
    nora: User
    reviewer: User
    anns: AccessRequest
    veras: AccessRequest
    noras: AccessRequest


def at(day: int, hour: int = 15) -> datetime:
    """In November 2026, in the morning of Eastern Time."""
    return datetime(2026, 11, day, hour, 5, tzinfo=UTC)


def told() -> Past:
    """Ann waits from the 2nd; Nora becomes the first PSO on the 9th, asks and approves Ann by the
    12th, rejects Vera on the 13th. Olga is a second PSO from the 16th to the 18th."""
    home = make.provider("015009")
    ann = make.person("ann", full_name="Ann Gray")
    vera = make.person("vera", full_name="Vera Vendor", email="vera@billing-partners.example")
    nora = make.person("nora", full_name="Nora Pace")
    olga = make.person("olga", full_name="Olga Ash")
    reviewer = make.person("ray", full_name="Ray Cole", cms_role="reviewer")
    with time_machine.travel(at(2), tick=False) as clock:
        anns = make.submit(ann, home)
        clock.move_to(at(4))
        noras = make.submit(nora, home, "pso")
        clock.move_to(at(9))
        workflow.approve(noras.pk, by=reviewer)
        clock.move_to(at(10))
        workflow.return_for_information(anns.pk, by=nora, question="Which unit?")
        clock.move_to(at(11))
        workflow.answer(anns.pk, by=ann, text="The north one.")
        clock.move_to(at(12))
        workflow.approve(anns.pk, by=nora)
        veras = make.submit(vera, home, statement=make.VENDOR)
        clock.move_to(at(13))
        workflow.reject(
            veras.pk, by=nora, reason=RejectionReason.OTHER, explanation="=No contract."
        )
        clock.move_to(at(16))
        make.pso(home, olga)
        clock.move_to(at(18))
        workflow.give_up(RoleAssignment.objects.get(user=olga).pk, by=olga)
    return Past(home, ann, vera, nora, reviewer, anns, veras, noras)
