"""What a history says of invitations: whom, by whom, and whether the email arrived; to the PSOs of
the CCN, to CMS and to whoever sent it, and to nobody else."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access_requests import workflow
from access_requests.history import steps
from access_requests.invitations import accepting, forgetting, inviting
from access_requests.models import Affiliation, InvitationLetter, RoleAssignment
from accounts.models import OutgoingEmail, User
from providers.models import Provider
from tests import builders as make
from tests.history import scene
from tests.invitations.builders import ADDRESS, SAID, invite
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

HOME = "/history/providers/015009/"
OTHER = "nora@sunrise-care.example"
INVITED = "Invited to ask for a role"


@pytest.fixture
def home() -> Provider:
    return make.provider("015009")


@pytest.fixture
def pso(home: Provider) -> User:
    return make.pso(home, make.person("paula", full_name="Paula Stone"))


def page_of(reader: User) -> str:
    return words(browser_of(reader).get(HOME))


def rows_of(reader: User) -> list[dict[str, str]]:
    response: Any = browser_of(reader).get(f"{HOME}csv/")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def emails_at(reader: User) -> list[tuple[int, ...]]:
    """Of each line of an invitation: sent, waiting, not delivered."""
    states = ("sent", "waiting", "not delivered")
    rows = [row for row in rows_of(reader) if "nvit" in row["What happened"]]
    return [tuple(int(row[f"Emails {each}"]) for each in states) for row in rows]


def is_now(letter: InvitationLetter, state: str) -> None:
    left = timezone.now() if state in {"sent", "bounced"} else None
    OutgoingEmail.objects.filter(pk=letter.email_id).update(state=state, sent_at=left)


def test_whom_and_by_whom(home: Provider, pso: User) -> None:
    letter = invite(pso, home, affiliation=Affiliation.VENDOR, name="Olga Ash")
    invite(pso, home, address=OTHER)
    inviting.withdraw([letter.invitations.get().pk], by=pso)
    fellow = make.pso(home)
    for reader in (pso, fellow, make.reviewer(), make.agent()):
        page = page_of(reader)
        vendor = "Olga Ash, a vendor’s person, invited by Paula Stone."
        assert f"{INVITED} {vendor} The CCN" in page
        assert f"Invitation withdrawn {vendor} The CCN" in page
        assert f"{OTHER}, who works for the provider, invited by Paula Stone." in page
        assert ADDRESS not in page, "a name was given"


def test_whether_its_email_arrived(home: Provider, pso: User) -> None:
    arrived, back, waits, gone = (
        invite(pso, home, address=f"{each}@sunrise-care.example") for each in "abcd"
    )
    is_now(arrived, "sent")
    is_now(back, "bounced")
    is_now(gone, "failed")
    assert waits.email.state == "waiting"
    for reader in (pso, make.reviewer()):
        assert emails_at(reader) == [(1, 0, 0), (0, 0, 1), (0, 1, 0), (0, 0, 1)]
    accepting.decline(arrived, by=None)
    assert emails_at(pso)[-1] == (0, 0, 0), "that of the invitation stands at its own line"
    assert "Invitation declined a@sunrise-care.example, who works for the provider" in page_of(pso)
    assert rows_of(pso)[-1]["Who did it"] == "By the link in the email"


def test_each_time_it_was_written_has_its_own_email(home: Provider, pso: User) -> None:
    with time_machine.travel(scene.at(2), tick=False) as clock:
        letter = invite(pso, home)
        is_now(letter, "bounced")
        clock.move_to(scene.at(5))
        letter = inviting.send_again(letter, by=pso)
        is_now(letter, "sent")
        clock.move_to(scene.at(9))
        letter = inviting.send_again(letter, by=pso)
        assert emails_at(pso) == [(0, 0, 1), (1, 0, 0), (0, 1, 0)]
        inviting.withdraw([letter.invitations.get().pk], by=pso)
        assert emails_at(pso) == [(0, 0, 1), (1, 0, 0), (0, 0, 0), (0, 0, 0)], "it never left"
        # Page by page it is the same.
        page = browser_of(pso).get(f"{HOME}?since=2026-11-05&until=2026-11-05")
    assert [each.emails.sent for each in page.context["page"].steps] == [1]


def test_once_it_is_forgotten_nobody_is_named(home: Provider, pso: User) -> None:
    letter = invite(pso, home, name="Olga Ash")
    is_now(letter, "sent")
    accepting.decline(letter, by=None)
    with time_machine.travel(timezone.now() + forgetting.KEPT_FOR + timedelta(days=1)):
        assert forgetting.forget() == 1
    page = page_of(pso)
    assert f"{INVITED} Somebody who works for the provider, invited by Paula Stone." in page
    assert "Olga" not in page
    assert emails_at(pso)[0] == (1, 0, 0)


def test_a_name_that_would_run_in_a_spreadsheet_does_not(home: Provider, pso: User) -> None:
    invite(pso, home, name="=Olga()")
    assert rows_of(pso)[-1]["Details"].startswith("'=Olga(), who works")


def test_whoever_sent_it_reads_of_it_though_they_are_no_pso_there(home: Provider) -> None:
    ann, bob = make.person(full_name="Ann Gray"), make.person()
    for each in (ann, bob):
        make.submit(each, home)
    letter = invite(ann, home, code="pso", name="Olga Ash")
    is_now(letter, "sent")
    said = "Olga Ash, who works for the provider, invited by Ann Gray."
    assert f"{INVITED} {said}" in page_of(ann)
    assert emails_at(ann) == [(1, 0, 0)]
    accepting.decline(letter, by=make.person("olga", full_name="Olga Ash-Hill", email=ADDRESS))
    assert f"Invitation declined {said} The CCN" in page_of(ann)
    assert "Ash-Hill" not in page_of(ann)
    assert rows_of(ann)[-1]["Who did it"] == "By the link in the email"
    for words_of_it in ("Olga", "nvited", "nvitation declined"):
        assert words_of_it not in page_of(bob)
    # Of the request that came of another one, they read nothing.
    olga = make.person(email="olga2@sunrise-care.example", full_name="Olga Two")
    second = invite(ann, home, code="pso", address=olga.email)
    accepting.accept(second, [second.invitations.get().pk], SAID, by=olga)
    assert "Olga Two" not in page_of(ann)
    assert "Invitation accepted" not in page_of(ann)


def test_a_former_pso_reads_of_those_they_sent_alone(home: Provider, pso: User) -> None:
    invite(pso, home, name="Olga Ash")
    fellow = make.pso(home)
    invite(fellow, home, name="Nora Pace", address=OTHER)
    workflow.give_up(RoleAssignment.objects.psos().get(user=pso).pk, by=pso)
    page = page_of(pso)
    assert "Olga Ash" in page
    assert "Nora Pace" not in page
    assert str(fellow) not in page


def test_the_one_who_accepted_reads_nothing_of_who_is_pso(home: Provider, pso: User) -> None:
    olga = make.person(email=ADDRESS)
    letter = invite(pso, home)
    accepting.accept(letter, [letter.invitations.get().pk], SAID, by=olga)
    invite(pso, home, address=OTHER)
    page = page_of(olga)
    assert "Invitation accepted" in page
    assert "Invited to ask" not in page
    assert "Paula Stone" not in page
    assert OTHER not in page
    # The letters about the request stand at its own steps.
    assert emails_at(pso) == [(0, 1, 0), (0, 0, 0), (0, 1, 0)]
    about = olga.access_requests.get()
    rows = [row for row in rows_of(pso) if row["Request"] == str(about.pk)]
    waiting = {row["What happened"]: row["Emails waiting"] for row in rows}
    assert waiting == {"Request submitted": "2", "Invitation accepted": "0"}


def test_as_many_queries_for_one_as_for_many(home: Provider, pso: User) -> None:
    ann = make.person()
    make.submit(ann, make.provider())
    waits = make.submit(make.person(), home).requester

    def taken(reader: User) -> int:
        client = browser_of(reader)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(HOME).status_code == 200
        assert len(client.get(HOME).context["page"].steps) < steps.PAGE_SIZE
        return len(captured)

    readers = (pso, make.reviewer(), waits)
    invite(pso, home)
    few = [taken(each) for each in readers]
    for number in range(5):
        invite(pso, home, address=f"n{number}@sunrise-care.example")
    assert [taken(each) for each in readers] == few
    assert max(few) <= 15, few
