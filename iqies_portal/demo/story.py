"""The demonstration's people and what happened to them, told by walking the workflow.

It stands on the real roster: a real chain and real homes, picked by rule, so that every clone
tells the same story. The people are invented.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from access_requests import workflow
from access_requests.models import AccessRequest, Affiliation, RejectionReason, Role
from access_requests.statement import Statement
from accounts import audit, terms
from accounts.models import CmsRole, User
from iqies_portal.demo import day_story, desk_story
from iqies_portal.demo.people import DEMO_PEOPLE
from providers.models import Chain, Program, Provider

HOMES_IN_CHAIN = 6

NAMES = {
    "cmsreviewer1": "Carmen Reyes",
    "cmsreviewer2": "Martin Cole",
    "pso1": "Priya Shah",
    "pso2": "Paul Ostrowski",
    "staff1": "Stella Brandt",
    "staff2": "Samuel Ortiz",
    "vendor1": "Vera Lindqvist",
    "agent1": "Alan Greene",
    "demodana": "Dana Whitfield",
    "demoerin": "Erin Kowalski",
    "demofelix": "Felix Nguyen",
    "demograce": "Grace Okafor",
    "demohenry": "Henry Castillo",
    "demoirene": "Irene Sato",
    "demojonas": "Jonas Meyer",
    "demokeisha": "Keisha Turner",
}
CMS_ROLES = {
    "cmsreviewer1": CmsRole.REVIEWER,
    "cmsreviewer2": CmsRole.REVIEWER,
    "agent1": CmsRole.AGENT,
}
CHAIN_PEOPLE = {"pso1", "staff1", "staff2", "demodana", "demoerin", "demofelix", "demograce"}


@transaction.atomic
def tell() -> bool:
    """Tell the whole story, once. False when it is there already."""
    if User.objects.filter(username=DEMO_PEOPLE[0]).exists():
        return False
    people = {user_id: _person(user_id, name) for user_id, name in NAMES.items()}
    chain, single = _chain_homes(), _single_homes()
    _chain_with_psos(people, chain)
    _homes_of_their_own(people, single)
    _program_not_yet_open()
    desk_story.tell(people, without_pso=[*chain[4:], *single[1:]], sole_pso=single[0])
    day_story.tell(people, chain=chain[:4])
    return True


def _chain_with_psos(people: dict[str, User], homes: list[Provider]) -> None:
    """pso1 is PSO of four homes; one of them has a second PSO; two have none."""
    cms = people["cmsreviewer1"]
    for home in homes[:4]:
        _approve(people["pso1"], home, "pso", by=cms)
    _approve(people["demodana"], homes[0], "pso", by=people["pso1"])
    _approve(people["pso1"], homes[0], "assessment_coordinator", by=people["demodana"])
    _approve(people["staff1"], homes[0], "assessment_submitter", by=people["pso1"])
    _approve(people["vendor1"], homes[0], "assessment_viewer", by=people["demodana"])

    _ask(people["staff2"], homes[0], "assessment_viewer")
    _ask(people["vendor1"], homes[1], "assessment_submitter")
    _ask(people["demoerin"], homes[1], "pso")
    _ask(people["pso1"], homes[2], "provider_administrator")
    asked = _ask(people["staff1"], homes[1], "assessment_coordinator")
    workflow.return_for_information(
        asked.pk, by=people["pso1"], question="Which days do you work at this home?"
    )
    asked = _ask(people["staff2"], homes[2], "assessment_submitter")
    workflow.reject(
        asked.pk,
        by=people["pso1"],
        reason=RejectionReason.WRONG_PROVIDER,
        explanation="You work at the home next door, so please ask there.",
    )
    workflow.withdraw(_ask(people["staff1"], homes[3], "assessment_viewer").pk, by=people["staff1"])
    # No PSO at these two: one first-PSO request for CMS, and a working role that waits for it.
    _ask(people["demofelix"], homes[4], "pso")
    _ask(people["demograce"], homes[4], "assessment_submitter")
    _ask(people["staff1"], homes[5], "assessment_viewer")


def _homes_of_their_own(people: dict[str, User], homes: list[Provider]) -> None:
    """pso2 is the only PSO of one home; rivals for another; a PSO who left a third."""
    cms, pso2 = people["cmsreviewer1"], people["pso2"]
    _approve(pso2, homes[0], "pso", by=cms)
    _approve(people["demohenry"], homes[0], "assessment_submitter", by=pso2)
    _ask(people["demoirene"], homes[0], "assessment_coordinator")
    _ask(people["vendor1"], homes[0], "assessment_viewer")

    _ask(people["demojonas"], homes[1], "pso")
    _ask(people["demokeisha"], homes[1], "pso")
    question = _ask(people["demoirene"], homes[2], "pso")
    workflow.return_for_information(
        question.pk, by=cms, question="Who is the administrator's deputy, and how do we reach them?"
    )
    left = _approve(people["demohenry"], homes[3], "pso", by=cms)
    _ask(people["demojonas"], homes[3], "assessment_viewer")
    workflow.give_up(left.role_assignment.pk, by=people["demohenry"])


def _approve(person: User, home: Provider, role: str, *, by: User) -> AccessRequest:
    return workflow.approve(_ask(person, home, role).pk, by=by)


def _ask(person: User, home: Provider, role: str) -> AccessRequest:
    is_vendor = person.username.startswith("vendor")
    statement = Statement(
        affiliation=Affiliation.VENDOR if is_vendor else Affiliation.EMPLOYED,
        job_title="MDS consultant" if is_vendor else "Nurse assessment coordinator",
        employer="Lindqvist Consulting" if is_vendor else home.display_name,
        administrator_name="Robin Abbott" if role == "pso" else "",
        administrator_contact="(555) 010-0142" if role == "pso" else "",
    )
    return workflow.submit(
        requester=person, provider=home, role=Role.objects.get(code=role), statement=statement
    )


def _person(user_id: str, name: str) -> User:
    cms_role = CMS_ROLES.get(user_id, "")
    email = f"{user_id}@{_domain(user_id)}"
    user = User.objects.create(
        username=user_id,
        email=email,
        full_name=name,
        cms_role=cms_role,
        password=_hashed_demo_password(),
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    terms.accept(user)
    if cms_role:
        audit.record("cms_user_created", actor=None, person=user, details={"role": cms_role})
    return user


@cache
def _hashed_demo_password() -> str:
    return make_password(settings.DEMO_PASSWORD)


def _domain(user_id: str) -> str:
    if user_id in CMS_ROLES:
        return "cms.example"
    if user_id.startswith("vendor"):
        return "lindqvist-consulting.example"
    return "meadow-care.example" if user_id in CHAIN_PEOPLE else "independent-homes.example"


def _chain_homes() -> list[Provider]:
    """The first chain, by name, that has just as many open homes as the story needs."""
    is_open = Q(providers__closed_on=None, providers__kind="snf")
    chain = (
        Chain.objects.annotate(homes=Count("providers", filter=is_open))
        .filter(homes=HOMES_IN_CHAIN)
        .order_by("name", "pk")[0]
    )
    return list(Provider.objects.open().filter(chain=chain, kind="snf").order_by("ccn"))


def _single_homes() -> list[Provider]:
    """Four homes in Maine that belong to no chain."""
    alone = Provider.objects.open().filter(chain=None, kind="snf", state="ME")
    return list(alone.order_by("ccn")[:4])


def _program_not_yet_open() -> None:
    """OASIS opens in two months, and one real agency is on the roster to show it."""
    opens = _next_midnight() + timedelta(days=60)
    Program.objects.filter(code="oasis", pso_opens_at=None).update(
        pso_opens_at=opens, general_opens_at=opens + timedelta(days=60)
    )
    agency: dict[str, Any] = {
        "kind": "hha",
        "name": "MAJESTY HOME HEALTH, INC.",
        "state": "CA",
    }
    Provider.objects.get_or_create(ccn="058283", defaults=agency)


def _next_midnight() -> datetime:
    tomorrow = timezone.localtime() + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)
