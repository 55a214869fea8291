"""Whoever waits at many CCNs writes to each approver once in two business days, and about all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access_requests import workflow
from access_requests.history import joint
from access_requests.models import AccessRequest
from access_requests.policy import StepRefused
from access_requests.waiting import clock, nudging
from accounts.models import Notice, OutgoingEmail, User
from tests import builders as make
from tests.waiting.test_page import FRIDAY, on, page_of, signed_in

pytestmark = pytest.mark.django_db

AGAIN = "You can ask them again on November 10, 2026"


@dataclass
class Chain:
    """One PSO of three CCNs, and another one of the second; one person waits at all three."""

    pso: User
    local: User
    person: User
    asked: list[AccessRequest]


@pytest.fixture
def chain() -> Chain:
    with time_machine.travel(FRIDAY, tick=False):
        reviewer, pso, local = make.reviewer(), make.person(), make.person()
        homes = [make.provider() for _ in range(3)]
        for home in homes:
            make.pso(home, pso, by=reviewer)
        make.pso(homes[1], local)
        person = make.person(full_name="Ann Waits")
        return Chain(pso, local, person, [make.submit(person, home) for home in homes])


def told() -> Counter[str]:
    letters = Notice.objects.filter(kind="request_nudged")
    return Counter(letters.values_list("recipient__username", flat=True))


def nudge(asked: AccessRequest) -> int:
    path = f"/waiting/requests/{asked.pk}/nudge/"
    return int(signed_in(asked.requester).post(path).status_code)


def test_each_approver_gets_one_letter_about_all(chain: Chain) -> None:
    first, second, third = chain.asked
    pso, local = chain.pso.username, chain.local.username
    with time_machine.travel(FRIDAY, tick=False):
        make.submit(make.person(), third.provider)
        assert nudge(first) == 302
        assert told() == {pso: 1}
        letter = OutgoingEmail.objects.get(notice__kind="request_nudged")
        assert letter.subject == "3 requests of Ann Waits wait for you"
        assert letter.body_text.count("- Ann Waits: ") == 3
        # The third has no other PSO; at the second somebody has not been asked yet.
        page = page_of(third, chain.person)
        assert "With another of your requests" in page
        assert AGAIN in page
        assert "Ask them to look at it" not in page
        assert nudge(third) == 409
        assert "Ask them to look at it" in page_of(second, chain.person)
        assert nudge(second) == 302
        assert told() == {pso: 1, local: 1}
        assert (
            "Ann Waits asks you"
            in Notice.objects.get(recipient=chain.local, kind="request_nudged").subject
        )
        assert "With another" not in page_of(third, chain.pso)
    with on(11, 9):
        assert [nudge(each) for each in chain.asked] == [409, 409, 409]
    with on(11, 10):
        assert [nudge(each) for each in chain.asked] == [302, 302, 409]
    assert told() == {pso: 2, local: 2}


def test_only_what_waits_for_them_and_only_of_this_person(chain: Chain) -> None:
    first, second, third = chain.asked
    with time_machine.travel(FRIDAY, tick=False):
        workflow.return_for_information(second.pk, by=chain.pso, question="Which unit?")
        workflow.approve(third.pk, by=chain.pso)
        other = make.submit(make.person(), first.provider)
        elsewhere = make.provider()
        make.pso(elsewhere)
        make.submit(chain.person, elsewhere)
        nudging.nudge(first.pk, by=chain.person)
        [letter] = Notice.objects.filter(kind="request_nudged")
        assert letter.request_id == first.pk
        # Somebody else has not asked yet.
        nudging.nudge(other.pk, by=other.requester)
        assert told() == {chain.pso.username: 2}
        with pytest.raises(StepRefused):
            nudging.nudge(first.pk, by=chain.person)


def test_each_of_these_requests_says_that_the_letter_was_sent(chain: Chain) -> None:
    first, _second, third = chain.asked
    with time_machine.travel(FRIDAY, tick=False):
        nudging.nudge(first.pk, by=chain.person)
        for asked in (first, third):
            [mine] = joint.told(asked, chain.person)
            assert mine.subject == "The requester asks to look at this request"
            [theirs] = joint.told(asked, chain.pso)
            assert theirs.subject == "3 requests of Ann Waits wait for you"


def test_an_approvers_letters_are_not_read_through(chain: Chain) -> None:
    """Those of other kinds, of which somebody who has decided for years has thousands."""
    Notice.objects.bulk_create(
        Notice(recipient=each, kind=kind, subject="", body="", created_at=FRIDAY)
        for each, kind in ((chain.pso, "request_to_decide"), (chain.local, "request_nudged"))
        for _ in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_notice")
    with CaptureQueriesContext(connection) as captured:
        clock.of(chain.asked[0].pk)
    [statement] = captured.captured_queries
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "notice_of_nudge" in plan, plan
    assert "Seq Scan on accounts_notice" not in plan, plan
