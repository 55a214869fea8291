"""A working day around the decisions of the demonstration, told by walking the same steps."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils import timezone

from access_requests import workflow
from access_requests.digest import preferring
from access_requests.groups import filing
from access_requests.groups.filing import Asked
from access_requests.invitations import inviting
from access_requests.invitations.checking import Wanted
from access_requests.models import Affiliation, Role, RoleAssignment
from access_requests.statement import Statement
from access_requests.waiting import absences
from accounts.models import User
from providers.models import Provider

CONTRACT_RUNS = timedelta(days=24)
AWAY_IN = timedelta(days=30)
AWAY_FOR = timedelta(days=4)


def tell(people: dict[str, User], *, chain: list[Provider]) -> None:
    """`chain`: homes whose PSO is pso1; the first of them has a second PSO, demodana."""
    pso, fellow = people["pso1"], people["demodana"]
    _invite(pso, chain[1], "pso", Affiliation.EMPLOYED, "Taylor Quinn")
    _invite(pso, chain[0], "assessment_viewer", Affiliation.VENDOR, "Jordan Blake")
    _ask_at_several(people["demokeisha"], chain)
    contract = RoleAssignment.objects.active().get(user=people["vendor1"], provider=chain[0])
    workflow.set_end_date(contract.pk, by=fellow, ends_on=timezone.localdate() + CONTRACT_RUNS)
    first_day = timezone.localdate() + AWAY_IN
    absences.name(fellow, first_day, first_day + AWAY_FOR)
    preferring.choose(fellow, "daily")


def _invite(by: User, home: Provider, role: str, as_: Affiliation, name: str) -> None:
    wanted = Wanted(
        address=f"{name.lower().replace(' ', '.')}@meadow-care.example",
        name=name,
        role=Role.objects.get(code=role),
        affiliation=as_,
        ends_on=None,
        days=14,
        form_key=uuid.uuid4(),
    )
    inviting.invite(wanted, provider_ids=[home.pk], by=by)


def _ask_at_several(requester: User, homes: list[Provider]) -> None:
    """One form for several CCNs, and one line of it that could not be filed."""
    viewer = Role.objects.get(code="assessment_viewer")
    lines = [Asked(home.ccn, viewer, home) for home in homes]
    sentence = "“40E23” is damaged: a spreadsheet has made a number of it. Type it again."
    group, _is_new = filing.start(
        requester=requester,
        form_key=uuid.uuid4(),
        statement=Statement(
            affiliation=Affiliation.EMPLOYED,
            job_title="Regional MDS lead",
            employer=homes[0].display_name,
        ),
        lines=[*lines, Asked("40E23", viewer, refusal=sentence)],
    )
    filing.file_some(group.pk, most=len(lines) + 1)
