"""A personal address that the rule refuses: the inviter is told, and may go on."""

from __future__ import annotations

import re
from typing import Any

import pytest

from access_requests.models import Invitation
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.pages.browsing import browser_of, field_error, value_of

pytestmark = pytest.mark.django_db

GMAIL = "olga.meyer@gmail.com"


def pso_of(*homes: Provider) -> User:
    pso = make.person()
    for each in homes:
        make.pso(each, pso, by=make.reviewer())
    return pso


def send(by: User, address: str, *at: Provider, role: str = "pso", **more: Any) -> Any:
    said = {
        "form_key": "9b2d6d4e-1d53-4c6e-9d2f-0d3f2c3a7b11",
        "address": address,
        "role": role,
        "affiliation": "employed",
        "days": "14",
        "places": [each.ccn for each in at],
    }
    return browser_of(by).post("/invitations/new/", said | more)


@pytest.mark.parametrize("role", ["pso", "assessment_submitter"])
def test_a_chain_of_three_takes_no_personal_address(role: str) -> None:
    _chain, homes = make.chain(3)
    pso = pso_of(homes[0])
    page = send(pso, GMAIL, homes[0], role=role)
    assert page.status_code == 422
    said = field_error(page, "address")
    assert "its chain has too many providers for that" in said
    assert "an account with the address that their organization gives them" in said
    assert field_error(page, "goes_on") == "Give another address above, or tick this box."
    assert not Invitation.objects.exists()
    # They may go on: the person may have another address.
    goes_on = {"goes_on": "on", "warned_of": value_of(page, "warned_of")}
    assert send(pso, GMAIL, homes[0], role=role, **goes_on).status_code == 302
    assert Invitation.objects.get().address == GMAIL


def test_whoever_waits_for_a_pso_is_told_as_well() -> None:
    _chain, homes = make.chain(3)
    waits = make.submit(make.person(), homes[0]).requester
    assert "personal address" in field_error(send(waits, GMAIL), "address")


def test_a_personal_address_is_for_two_ccns_at_most() -> None:
    homes = [make.provider() for _ in range(3)]
    pso = pso_of(*homes)
    page = send(pso, GMAIL, *homes)
    assert "nobody can be PSO of all the 3 CCNs" in field_error(page, "address")
    assert send(pso, GMAIL, *homes[:2]).status_code == 302


@pytest.mark.parametrize(("address", "size"), [(GMAIL, 2), ("olga@sunrise-care.example", 3)])
def test_where_the_rule_refuses_nobody_nothing_is_asked(address: str, size: int) -> None:
    _chain, homes = make.chain(size)
    pso = pso_of(homes[0])
    assert 'name="goes_on"' not in browser_of(pso).get("/invitations/new/").content.decode()
    assert send(pso, address, homes[0]).status_code == 302


@pytest.mark.parametrize("other", ["address", "role", "places"])
def test_the_box_is_for_what_the_warning_was_about(other: str) -> None:
    _chain, homes = make.chain(3)
    pso = pso_of(*homes)
    case: dict[str, Any] = {"address": GMAIL, "role": "assessment_submitter", "at": homes[:1]}
    changes: dict[str, dict[str, Any]] = {
        "address": {"address": "olga.meyer@yahoo.com"},
        "role": {"role": "pso"},
        "places": {"at": homes[:2]},
    }
    changed = case | changes[other]

    def answer(said: dict[str, Any], **more: Any) -> Any:
        return send(pso, said["address"], *said["at"], role=said["role"], **more)

    first = value_of(answer(case), "warned_of")
    page = answer(changed, goes_on="on", warned_of=first)
    assert page.status_code == 422
    assert "personal address" in field_error(page, "address")
    assert field_error(page, "goes_on") == "Give another address above, or tick this box."
    assert not Invitation.objects.exists()
    box = re.search(r'<input[^>]*name="goes_on"[^>]*>', page.content.decode())
    assert box is not None
    assert "checked" not in box[0]
    # Warned of that as well, they may go on.
    second = value_of(page, "warned_of")
    assert answer(changed, goes_on="on", warned_of=second).status_code == 302


def test_a_box_that_was_never_on_the_page_sends_nothing() -> None:
    _chain, homes = make.chain(3)
    pso = pso_of(homes[0])
    assert send(pso, GMAIL, homes[0], goes_on="on").status_code == 422


def test_however_the_address_is_written_it_is_the_same_case() -> None:
    _chain, homes = make.chain(3)
    pso = pso_of(homes[0])
    said = value_of(send(pso, GMAIL, homes[0]), "warned_of")
    assert send(pso, GMAIL.upper(), homes[0], goes_on="on", warned_of=said).status_code == 302
