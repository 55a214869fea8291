"""Each email that a history lists is counted once in it, at the step that it tells of."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from access_requests import workflow
from access_requests.history import steps, telling
from access_requests.history.steps import Step
from access_requests.invitations import accepting
from access_requests.models import (
    AccessRequest,
    DayEvent,
    DeskEvent,
    EventType,
    RejectionReason,
    RoleAssignment,
)
from access_requests.waiting import helping, nudging, reminding
from access_requests.workflow import end_dates
from accounts.models import OutgoingEmail, User
from tests import builders as make
from tests.groups.builders import group_of
from tests.history import scene
from tests.invitations.builders import ADDRESS, SAID, invite
from tests.pages.browsing import browser_of

pytestmark = pytest.mark.django_db

WHERE = ("sent", "waiting", "not delivered")
STATES = {"sent": "sent", "waiting": "waiting", "held": "waiting"}
STATES |= {"bounced": "not delivered", "failed": "not delivered"}
Figures = dict[str, int]
Walked = tuple[list[AccessRequest], User, User]


@pytest.fixture
def walked() -> Walked:
    """A CCN's requests with nearly every step there is, most of them seconds apart; its PSO in the
    end, who came last, and a reviewer."""
    home, other = make.provider("015009"), make.provider("015010")
    first, _second = make.reviewer(), make.reviewer()
    ann, nora, bob, cara = (make.person(name) for name in ("ann", "nora", "bob", "cara"))
    olga = make.person("olga", email=ADDRESS)
    with time_machine.travel(scene.at(2), tick=False) as clock:

        def then(**later: int) -> None:
            clock.shift(timedelta(**(later or {"seconds": 5})))

        anns, noras, bobs = (
            make.submit(who, home, code)
            for who, code in ((ann, "assessment_viewer"), (nora, "pso"), (bob, "pso"))
        )
        then()
        workflow.approve(noras.pk, by=first)
        then()
        make.submit(nora, home)
        workflow.return_for_information(anns.pk, by=nora, question="Which unit?")
        then()
        workflow.take_back(anns.pk, by=nora)
        workflow.return_for_information(anns.pk, by=nora, question="Which one?")
        then()
        workflow.answer(anns.pk, by=ann, text="The north one.")
        workflow.approve(anns.pk, by=nora)
        held = RoleAssignment.objects.get(user=ann)
        end_dates.set_end_date(held.pk, by=nora, ends_on=date(2026, 12, 31))
        then()
        workflow.approve(bobs.pk, by=nora)
        group_of(cara, home, other)
        letter = invite(nora, home)
        then()
        accepting.accept(letter, [letter.invitations.get().pk], SAID, by=olga)
        then(days=3)
        reminding.run()
        nudging.nudge(olga.access_requests.get().pk, by=olga)
        then(days=15)
        helping.run()
        workflow.reject(
            cara.access_requests.get(provider=home).pk,
            by=bob,
            reason=RejectionReason.NOT_NEEDED,
            explanation="Nothing to do here.",
        )
        then()
        workflow.revoke(held.pk, by=bob, reason="Left.")
        for pso in (bob, nora):
            then()
            workflow.give_up(RoleAssignment.objects.psos().get(user=pso).pk, by=pso)
        then()
        last = make.pso(home, by=first)
    some_left()
    return list(AccessRequest.objects.filter(provider=home).order_by("pk")), last, first


def some_left() -> None:
    """Every second email left, every fifth came back."""
    for state, every in (("sent", 2), ("bounced", 5)):
        ids = list(OutgoingEmail.objects.order_by("pk").values_list("pk", flat=True))[::every]
        OutgoingEmail.objects.filter(pk__in=ids).update(state=state, sent_at=timezone.now())


def rows_of(viewer: User, path: str) -> list[dict[str, str]]:
    of, _mark, days = path.partition("?")
    response: Any = browser_of(viewer).get(f"/history/{of}/csv/?{days}")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def sums(rows: list[dict[str, str]], about: AccessRequest) -> Figures:
    of_it = [row for row in rows if row["Request"] == str(about.pk)]
    return {each: sum(int(row[f"Emails {each}"]) for row in of_it) for each in WHERE}


def listed(viewer: User, about: AccessRequest) -> tuple[Figures, Figures]:
    """On the page of a request: in the table of its emails, and in its steps."""
    shown = browser_of(viewer).get(f"/history/requests/{about.pk}/").context
    table = Counter(STATES[each.state] for each in shown["letters"] if each.state in STATES)
    found = [each.emails for each in shown["page"].steps]
    counted = (sum(getattr(each, at) for each in found) for at in ("sent", "waiting", "lost"))
    return {each: table[each] for each in WHERE}, dict(zip(WHERE, counted, strict=True))


def by_step(viewer: User, about: AccessRequest) -> Figures:
    """How many emails, whatever became of them."""
    found: Counter[str] = Counter()
    for row in rows_of(viewer, f"requests/{about.pk}"):
        found[row["What happened"]] += sum(int(row[f"Emails {each}"]) for each in WHERE)
    return {what: number for what, number in found.items() if number}


def pages(viewer: User, size: int) -> list[Step]:
    """All steps of the CCN, page by page."""
    found: list[Step] = []
    url = "/history/providers/015009/"
    while url:
        shown = browser_of(viewer).get(url).context
        assert len(shown["page"].steps) <= size
        found += shown["page"].steps
        url = shown["next_url"]
    return found


def test_the_steps_count_what_the_table_lists_on_the_page_and_in_both_files(
    walked: Walked,
) -> None:
    asked, pso, reviewer = walked
    assert len(asked) == 7
    of_ccn = {viewer: rows_of(viewer, "providers/015009") for viewer in (pso, reviewer)}
    for about in asked:
        for viewer in (about.requester, pso, reviewer):
            table, counted = listed(viewer, about)
            assert counted == table, (viewer, about)
            assert sum(table.values()) > 0
            rows = of_ccn.get(viewer) or rows_of(viewer, "providers/015009")
            assert sums(rows, about) == table, (viewer, about)
        of_it = rows_of(pso, f"requests/{about.pk}")
        assert [row for row in of_ccn[pso] if row["Request"] == str(about.pk)] == of_it


def test_each_stands_at_its_step_however_soon_the_next_one_came(walked: Walked) -> None:
    asked, _pso, reviewer = walked
    anns, noras, bobs, own, caras, olgas, _last = (by_step(reviewer, each) for each in asked)
    got_pso, lost_pso = "The CCN got a PSO: the PSO decides", "The CCN lost its last PSO: "
    assert anns == {
        "Request submitted": 1,
        got_pso: 1,
        "Returned for information": 2,
        "Question taken back": 1,
        "Question answered": 1,
        "Approved": 1,
        "End date of a role set": 1,
        "Role revoked": 1,
    }
    assert noras == {"Request submitted": 3, "Approved": 1, "Role given up": 3}
    assert bobs == {"Request submitted": 3, got_pso: 1, "Approved": 1, "Role given up": 1}
    assert caras == {
        "Request submitted": 3,
        "Approvers reminded": 2,
        "Requester shown the way to the Service Center": 1,
        "Rejected": 1,
    }
    assert olgas == {
        "Request submitted": 3,
        "Approvers reminded": 2,
        "Requester asked the approvers to look at it": 2,
        "Requester shown the way to the Service Center": 1,
        f"{lost_pso}the request waits": 1,
        got_pso: 1,
    }
    # That a second PSO came, and went, is told at the line before it: no step of this request.
    assert own == {
        "Request submitted": 2,
        "Approvers reminded": 1,
        "Requester shown the way to the Service Center": 2,
        f"{lost_pso}the request waits": 1,
        got_pso: 1,
    }
    asked_twice = rows_of(reviewer, f"requests/{asked[0].pk}")
    returned = [row for row in asked_twice if row["What happened"] == "Returned for information"]
    assert [sum(int(row[f"Emails {each}"]) for each in WHERE) for row in returned] == [1, 1]


def test_a_page_that_is_cut_counts_at_its_own_lines_alone(
    walked: Walked, monkeypatch: pytest.MonkeyPatch
) -> None:
    _asked, pso, _reviewer = walked
    whole = {step.line: step.emails for step in pages(pso, steps.PAGE_SIZE)}
    monkeypatch.setattr(steps, "_FILED_AT_ONCE", 4)
    monkeypatch.setattr(steps, "PAGE_SIZE", 4)
    assert {step.line: step.emails for step in pages(pso, 4)} == whole
    rows = rows_of(pso, "providers/015009?since=2026-11-20")
    assert {int(row["Line of the audit trail"]) for row in rows} < set(whole)
    for row in rows:
        sent = whole[int(row["Line of the audit trail"])].sent
        assert int(row["Emails sent"]) == sent, row["What happened"]


def test_every_letter_of_a_request_has_a_step() -> None:
    """A new one is put beside its step in access_requests.history.telling."""
    about_requests = ("access_requests", "waiting", "groups", "people")
    folders = [Path(settings.BASE_DIR) / "templates" / each / "emails" for each in about_requests]
    kinds = {each.stem for folder in folders for each in folder.glob("[!_]*.txt")}
    assert len(kinds) > 20
    assert kinds - set(telling.STEPS_OF) == set()
    shown = {str(each) for each in (*EventType, *DayEvent, *DeskEvent)}
    assert {step for of in telling.STEPS_OF.values() for step in of} <= shown
