"""When a role can be asked for, and what the asking must say (rules 3, 9, 10, 11, 12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from access_requests import workflow
from access_requests.models import (
    AccessRequest,
    Affiliation,
    RejectionReason,
    RoleAssignment,
    Status,
)
from access_requests.statement import NotEligible, Statement
from accounts.models import User
from providers.models import Program, Provider
from tests import builders as make

pytestmark = pytest.mark.django_db

# Nine in the morning of 2 March 2027 in New York, and of 1 June.
PSO_OPENS = datetime(2027, 3, 2, 14, tzinfo=UTC)
GENERAL_OPENS = datetime(2027, 6, 1, 13, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


def refused(
    person: User,
    at: Provider,
    code: str = "assessment_viewer",
    statement: Statement = make.EMPLOYED,
) -> NotEligible:
    with pytest.raises(NotEligible) as refusal:
        make.submit(person, at, code, statement)
    return refusal.value


@pytest.fixture
def hospice() -> Provider:
    """Its program opens in spring and summer 2027."""
    Program.objects.filter(kinds__contains=["hospice"]).delete()
    Program.objects.create(
        code="spring",
        name="Spring",
        kinds=["hospice"],
        pso_opens_at=PSO_OPENS,
        general_opens_at=GENERAL_OPENS,
    )
    return make.provider("011501", kind="hospice")


def test_dates_gate_asking(hospice: Provider) -> None:
    with time_machine.travel(PSO_OPENS - MOMENT, tick=False):
        for code in ("pso", "assessment_viewer"):
            refusal = refused(make.person(), hospice, code)
            assert refusal.field == "ccn"
            assert "PSO requests open on March 2, 2027 (Eastern Time)" in str(refusal)
    with time_machine.travel(PSO_OPENS, tick=False):
        assert make.submit(make.person(), hospice, "pso").pk
        refusal = refused(make.person(), hospice)
        assert refusal.field == "role"
        assert "only the Provider Security Official (PSO) role" in str(refusal)
        assert "Other roles open on June 1, 2027 (Eastern Time)" in str(refusal)
    with time_machine.travel(GENERAL_OPENS - MOMENT, tick=False):
        assert refused(make.person(), hospice).field == "role"
    with time_machine.travel(GENERAL_OPENS, tick=False):
        assert make.submit(make.person(), hospice).pk


def test_dates_never_gate_deciding(hospice: Provider) -> None:
    with time_machine.travel(GENERAL_OPENS, tick=False):
        asked = make.submit(make.person(), hospice, "pso")
        returned = make.submit(make.person(), hospice)
    with time_machine.travel(PSO_OPENS - timedelta(days=400), tick=False):
        workflow.approve(asked.pk, by=make.reviewer())
        workflow.return_for_information(returned.pk, by=asked.requester, question="Why?")
        workflow.answer(returned.pk, by=returned.requester, text="So.")
        assert workflow.approve(returned.pk, by=asked.requester).status == Status.APPROVED


def test_the_earliest_open_program_counts(hospice: Provider) -> None:
    Program.objects.create(code="late", name="Late", kinds=["hospice"])
    Program.objects.create(
        code="early",
        name="Early",
        kinds=["hospice"],
        pso_opens_at=PSO_OPENS - timedelta(days=90),
        general_opens_at=PSO_OPENS - timedelta(days=60),
    )
    with time_machine.travel(PSO_OPENS - timedelta(days=60), tick=False):
        assert make.submit(make.person(), hospice).pk


def test_a_program_without_dates(hospice: Provider) -> None:
    Program.objects.filter(code="spring").update(pso_opens_at=None, general_opens_at=None)
    refusal = refused(make.person(), hospice, "pso")
    assert str(refusal).endswith("CMS has not set the date yet.")


@pytest.mark.parametrize("code", ["pso", "assessment_viewer"])
def test_an_open_request_or_a_role_is_not_asked_for_again(code: str) -> None:
    home, person = make.provider(), make.person()
    asked = make.submit(person, home, code)
    assert f"request {asked.pk}" in str(refused(person, home, code))

    pso = make.pso(home)
    workflow.return_for_information(asked.pk, by=pso, question="Why?")
    assert f"request {asked.pk}" in str(refused(person, home, code))

    workflow.answer(asked.pk, by=person, text="So.")
    workflow.approve(asked.pk, by=pso)
    assert str(refused(person, home, code)) == "You already have this role at this CCN."


def test_whatever_ended_can_be_asked_for_again() -> None:
    home, person = make.provider(), make.person()
    pso = make.pso(home)
    workflow.withdraw(make.submit(person, home).pk, by=person)
    rejected = make.submit(person, home)
    workflow.reject(rejected.pk, by=pso, reason=RejectionReason.OTHER, explanation="Not yet.")
    workflow.approve(make.submit(person, home).pk, by=pso)
    workflow.give_up(RoleAssignment.objects.get(user=person).pk, by=person)
    assert make.submit(person, home).pk
    assert AccessRequest.objects.filter(requester=person).count() == 4


def test_cms_people_ask_for_nothing() -> None:
    home = make.provider()
    for person in (make.reviewer(), make.agent()):
        assert "cannot hold a role at a provider" in str(refused(person, home))


def test_a_vendor_is_never_pso_and_holds_only_what_vendors_may() -> None:
    home, vendor = make.provider(), make.person()
    refusal = refused(vendor, home, "pso", make.VENDOR)
    assert (refusal.field, "A vendor cannot be" in str(refusal)) == ("affiliation", True)
    for code in ("assessment_coordinator", "provider_administrator"):
        assert refused(vendor, home, code, make.VENDOR).field == "role"
    for code in ("assessment_viewer", "assessment_submitter"):
        assert make.submit(vendor, home, code, make.VENDOR).affiliation == Affiliation.VENDOR


def test_a_vendor_here_is_no_pso_here_but_may_be_elsewhere() -> None:
    here, elsewhere, vendor = make.provider(), make.provider(), make.person()
    asked = make.submit(vendor, here, statement=make.VENDOR)
    refusal = refused(vendor, here, "pso")
    assert (refusal.field, "A vendor at this CCN" in str(refusal)) == ("affiliation", True)
    assert make.submit(vendor, elsewhere, "pso").pk
    assert refused(vendor, elsewhere, statement=make.VENDOR).field == "affiliation"

    workflow.withdraw(asked.pk, by=vendor)
    assert make.submit(vendor, here, "pso").pk


def test_a_pso_here_is_no_vendor_here_until_the_role_ends() -> None:
    home = make.provider()
    pso = make.pso(home)
    assert refused(pso, home, statement=make.VENDOR).field == "affiliation"
    workflow.give_up(RoleAssignment.objects.get(user=pso).pk, by=pso)
    assert make.submit(pso, home, statement=make.VENDOR).pk


def test_only_a_first_pso_names_the_administrator() -> None:
    home = make.provider()
    silent = replace(make.EMPLOYED, administrator_name="", administrator_contact="")
    assert refused(make.person(), home, "pso", silent).field == "administrator_name"
    half = replace(silent, administrator_name="Ada Winter")
    assert refused(make.person(), home, "pso", half).field == "administrator_contact"
    assert make.submit(make.person(), home, "assessment_viewer", silent).pk

    asked = make.submit(make.person(), home, "pso")
    assert (asked.administrator_name, asked.administrator_contact) == (
        "Ada Winter",
        "(555) 010-0100",
    )
    workflow.approve(asked.pk, by=make.reviewer())
    assert make.submit(make.person(), home, "pso", silent).pk


def test_the_legal_name_is_kept_once() -> None:
    nameless = make.person(full_name="")
    ask = {"role": make.role(), "statement": make.EMPLOYED}
    workflow.submit(requester=nameless, provider=make.provider(), legal_name="Ann Gray", **ask)
    nameless.refresh_from_db()
    assert nameless.full_name == "Ann Gray"
    workflow.submit(requester=nameless, provider=make.provider(), legal_name="Else", **ask)
    nameless.refresh_from_db()
    assert nameless.full_name == "Ann Gray"
