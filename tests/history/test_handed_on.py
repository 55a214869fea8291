"""The sheet is given to somebody else: it says how the request stands to whoever reads it, in the
third person, whoever had it made."""

from __future__ import annotations

import re
from html import unescape

import pytest
import time_machine

from access_requests import workflow
from access_requests.models import AccessRequest, RejectionReason, RoleAssignment
from access_requests.waiting import absences
from accounts.models import User
from tests import builders as make
from tests.history import scene
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

SPOKEN_TO = re.compile(r"\b(you|your|yours|below|above|we|us|our)\b", re.IGNORECASE)


def standing(viewer: User, about: AccessRequest) -> str:
    page = words(browser_of(viewer).get(f"/history/requests/{about.pk}/"))
    return page.split("Status on the day of issue", 1)[1].split("What happened", 1)[0].strip()


def same_for(about: AccessRequest, *readers: User) -> str:
    """What it says, to each of them the same."""
    said = {standing(each, about) for each in (*readers, about.requester, make.reviewer())}
    assert len(said) == 1, said
    [sentence] = said
    assert not SPOKEN_TO.search(sentence), sentence
    return sentence


def test_open_ones_say_who_has_them() -> None:
    home, elsewhere = make.provider(), make.provider()
    pso = make.pso(home)
    with time_machine.travel(scene.at(2), tick=False) as clock:
        about = make.submit(make.person(), home)
        assert same_for(about, pso) == "Pending The PSO of this CCN has it."
        own = make.submit(pso, home)
        assert same_for(own).startswith("Pending It waits: this CCN needs a second PSO. Nobody")
        first = make.submit(make.person(), elsewhere, "pso")
        assert same_for(first).startswith("Pending CMS has it. A CMS reviewer decides, because")
        waits = make.submit(make.person(), elsewhere)
        assert same_for(waits).startswith("Pending It waits: this CCN has no PSO yet. The request")
        workflow.return_for_information(about.pk, by=pso, question="Which unit?")
        assert same_for(about, pso).startswith(
            "Returned for information The requester has it. A question waits for an answer."
        )
        clock.move_to(scene.at(30))
        assert "it takes longer, and the request keeps its place." in same_for(first)
    User.objects.filter(pk=pso.pk).update(is_active=False)
    other = make.submit(make.person(), home)
    assert same_for(other).endswith("that need help. The request keeps its place.")


def test_where_all_psos_are_away_it_says_until_when() -> None:
    with time_machine.travel(scene.at(2), tick=False):
        home = make.provider()
        pso = make.pso(home)
        about = make.submit(make.person(), home)
        absences.name(pso, scene.at(2).date(), scene.at(6).date())
        assert same_for(about, pso) == (
            "Pending The PSO of this CCN has it, and is away until November 6, 2026."
        )


def test_those_that_ended_say_what_became_of_them() -> None:
    home = make.provider()
    pso = make.pso(home)
    first = AccessRequest.objects.get(requester=pso)
    assert same_for(first) == "Approved The person has the role."
    approved = make.submit(make.person(), home)
    workflow.approve(approved.pk, by=pso)
    assert same_for(approved, pso) == "Approved The person has the role."
    with time_machine.travel(scene.at(4), tick=False):
        held = RoleAssignment.objects.get(access_request=approved)
        workflow.revoke(held.pk, by=pso, reason="Left.")
    assert same_for(approved, pso) == (
        "Approved The role has ended since: Revoked, November 4, 2026."
    )
    rejected = make.submit(make.person(), home)
    for_this = RejectionReason.NOT_NEEDED
    workflow.reject(rejected.pk, by=pso, reason=for_this, explanation="Nothing to do here.")
    assert same_for(rejected, pso) == "Rejected Reason: Access is not needed."
    withdrawn = make.submit(make.person(), home)
    workflow.withdraw(withdrawn.pk, by=withdrawn.requester)
    assert same_for(withdrawn, pso) == "Withdrawn The requester withdrew it."


def test_one_that_the_system_closed_says_why() -> None:
    home = make.provider()
    pso = make.pso(home)
    with time_machine.travel(scene.at(2), tick=False) as clock:
        about = make.submit(make.person(), home)
        workflow.return_for_information(about.pk, by=pso, question="Which unit?")
        clock.move_to(scene.at(2).replace(month=12, day=31))
        assert workflow.close_unanswered() == 1
    assert same_for(about, pso) == "Closed The question was not answered within 30 days."


def test_a_part_of_a_ccns_history_names_whose_it_is() -> None:
    past = scene.told()
    html = browser_of(past.vera).get("/history/providers/015009/").content.decode()
    sheet = html.split('<dl class="portal-facts proof-facts">', 1)[1].split("</main>", 1)[0]
    said = " ".join(unescape(re.sub(r"<[^>]*>", " ", sheet)).split())
    assert "Requests of Vera Vendor at this CCN" in said
    assert "It holds the requests of Vera Vendor at this CCN" in said
    assert not SPOKEN_TO.findall(said.replace("The table below", "")), said
