"""What lies on CMS's desk in the demonstration, told by walking the same steps."""

from __future__ import annotations

from access_requests.campaigns import steps as campaigns
from access_requests.campaigns.audience import Audience
from access_requests.contacts import steps as contacts
from access_requests.desk import steps as desk
from access_requests.models import (
    AccessRequest,
    Affiliation,
    CheckConfirmation,
    ContactAttempt,
    Role,
    RoleAssignment,
)
from access_requests.reports import reporting
from access_requests.statement import Statement
from access_requests.unlisted import reporting as missing
from accounts.models import User
from providers.models import Provider


def tell(people: dict[str, User], *, without_pso: list[Provider], sole_pso: Provider) -> None:
    """`without_pso`: homes that CMS can write to; `sole_pso`: where pso2 is the only PSO."""
    cms = people["cmsreviewer1"]
    for home in without_pso:
        contacts.add(
            provider=home,
            by=cms,
            name="Robin Abbott",
            position="Administrator",
            email=f"administrator{home.ccn}@nursing-homes.example",
            phone="(555) 010-0142",
        )
    meant = Audience(level=0, states=sorted({home.state for home in without_pso}))
    campaigns.create(name="Homes without a PSO: first letter", meant=meant, by=cms)
    _clean_case(people["demofelix"], cms)
    _doubt(people["pso2"], sole_pso, people["demohenry"])
    _missing_home(people["staff2"])


def _clean_case(claimant: User, cms: User) -> None:
    """A case that only waits to be approved."""
    asked = AccessRequest.objects.pending().for_pso_role().get(requester=claimant)
    desk.record_attempt(
        asked.pk,
        by=cms,
        how=ContactAttempt.How.CALL,
        reached_at=asked.provider.phone or "(555) 010-0142",
        who="Robin Abbott, administrator",
        outcome=ContactAttempt.Outcome.CONFIRMED,
        note="Called the main phone and was put through to the administrator.",
    )
    for code, note in (
        ("employment", "Confirmed by the administrator."),
        ("email", "The domain is the chain's."),
        ("identity", "Known to us from the chain's other homes."),
    ):
        holds = CheckConfirmation.Answer.HOLDS
        desk.answer_check(asked.pk, by=cms, code=code, answer=holds, note=note)


def _doubt(pso: User, home: Provider, reporter: User) -> None:
    held = RoleAssignment.objects.active().psos().get(user=pso, provider=home)
    said = "Paul moved to another home in October. I am not sure that he still works here."
    reporting.by_person(held.pk, by=reporter, text=said)


def _missing_home(reporter: User) -> None:
    statement = Statement(
        affiliation=Affiliation.EMPLOYED,
        job_title="Nurse assessment coordinator",
        employer="Harbor View Nursing Home",
    )
    missing.report(
        reporter=reporter,
        missing=missing.Missing(
            typed="",
            name="Harbor View Nursing Home",
            state="ME",
            city="Rockland",
            is_certified=False,
            evidence="The state licensed us in September, license 4711. The survey is in December.",
        ),
        wanted=missing.Wanted(Role.objects.get(code="assessment_viewer"), statement),
    )
