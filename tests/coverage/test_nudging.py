"""Sole PSOs are asked for a second one: every ten business days, once, never while away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from access_requests import workflow
from access_requests.coverage import finding, nudging
from access_requests.models import CoverageNudge, DayEvent, RoleAssignment
from access_requests.waiting import absences
from accounts.models import AuditEvent, Notice, OutgoingEmail, User
from tests import builders as make

pytestmark = pytest.mark.django_db


def at(month: int, day: int, hour: int = 15) -> datetime:
    """Of 2026, in the morning of Eastern Time."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The Monday before Thanksgiving."""
    with time_machine.travel(at(11, 23), tick=False) as coordinates:
        yield coordinates


def letters_to(user: User) -> list[Notice]:
    told = Notice.objects.filter(recipient=user, kind="second_pso_sought")
    return list(told.select_related("email").order_by("pk"))


def test_after_ten_business_days_over_a_weekend_and_a_holiday(
    clock: time_machine.Traveller,
) -> None:
    home = make.provider()
    pso = make.pso(home)
    # Ten business days from Monday, November 23, Thanksgiving left out: Tuesday, December 8.
    for day in (1, 4, 7):
        clock.move_to(at(12, day))
        assert nudging.nudge_sole_psos() == 0
    clock.move_to(at(12, 8))
    assert nudging.nudge_sole_psos() == 1
    assert nudging.nudge_sole_psos() == 0, "once"
    [letter] = letters_to(pso)
    assert letter.subject == f"Find a second PSO for CCN {home.ccn}"
    assert letter.path == f"/invitations/new/?ccn={home.ccn}&role=pso"
    assert letter.email is not None
    assert letter.email.priority == OutgoingEmail.Priority.DECISION
    line = AuditEvent.objects.get(type=DayEvent.SECOND_PSO_SOUGHT)
    assert (line.actor, line.person, line.ccn) == (None, pso, home.ccn)

    # The next: December 22. Nothing on a Saturday, nor before.
    for day in (12, 21):
        clock.move_to(at(12, day))
        assert nudging.nudge_sole_psos() == 0
    clock.move_to(at(12, 22))
    assert nudging.nudge_sole_psos() == 1


def test_never_on_a_day_off(clock: time_machine.Traveller) -> None:
    make.pso(make.provider())
    clock.move_to(at(12, 25))
    assert nudging.nudge_sole_psos() == 0, "Christmas"
    clock.move_to(at(12, 26))
    assert nudging.nudge_sole_psos() == 0, "a Saturday"
    clock.move_to(at(12, 28))
    assert nudging.nudge_sole_psos() == 1


def test_one_email_for_all_ccns_and_none_where_there_are_two(
    clock: time_machine.Traveller,
) -> None:
    reviewer, pso = make.reviewer(), make.person()
    _, homes = make.chain(3)
    for home in homes:
        make.pso(home, pso, by=reviewer)
    fellow = make.pso(homes[2])
    clock.move_to(at(12, 9))
    assert nudging.nudge_sole_psos() == 1
    [letter] = letters_to(pso)
    assert letter.subject == "Find a second PSO for your 2 CCNs"
    assert homes[0].ccn in letter.body
    assert homes[1].ccn in letter.body
    assert homes[2].ccn not in letter.body
    assert letter.path == "/coverage/"
    assert CoverageNudge.objects.get().ccns == 2
    assert not letters_to(fellow)
    assert AuditEvent.objects.filter(type=DayEvent.SECOND_PSO_SOUGHT).count() == 2


def test_it_counts_from_the_day_the_other_one_left(clock: time_machine.Traveller) -> None:
    home = make.provider()
    pso, fellow = make.pso(home), make.pso(home)
    clock.move_to(at(12, 7))
    workflow.give_up(RoleAssignment.objects.get(user=fellow).pk, by=fellow)
    clock.move_to(at(12, 18))
    assert nudging.nudge_sole_psos() == 0
    clock.move_to(at(12, 21))
    assert nudging.nudge_sole_psos() == 1
    assert letters_to(pso)


def test_never_during_an_absence(clock: time_machine.Traveller) -> None:
    pso = make.pso(make.provider())
    absences.name(pso, date(2026, 12, 8), date(2026, 12, 10))
    for day, asked in ((8, 0), (10, 0), (11, 1)):
        clock.move_to(at(12, day))
        assert nudging.nudge_sole_psos() == asked


def test_nobody_whose_account_or_ccn_has_ended(clock: time_machine.Traveller) -> None:
    closed = make.provider()
    make.pso(closed)
    closed.closed_on = date(2026, 11, 30)
    closed.save()
    gone = make.pso(make.provider())
    User.objects.filter(pk=gone.pk).update(is_active=False)
    clock.move_to(at(12, 9))
    assert nudging.nudge_sole_psos() == 0


def test_as_many_statements_for_two_as_for_ten(clock: time_machine.Traveller) -> None:
    def taken() -> int:
        with CaptureQueriesContext(connection) as captured:
            nudging.nudge_sole_psos()
        return len(captured)

    for _ in range(2):
        make.pso(make.provider())
    clock.move_to(at(12, 9))
    few = taken()
    for _ in range(8):
        make.pso(make.provider())
    clock.move_to(at(12, 28))
    assert taken() == few


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_ask_once() -> None:
    """The first holds the person's row open; the second has already chosen whom to ask."""
    with time_machine.travel(at(11, 23), tick=False):
        pso = make.pso(make.provider())
    with time_machine.travel(at(12, 9), tick=False):
        asked: list[int] = []
        has_chosen = threading.Event()

        def second_beat() -> None:
            due = nudging._due(0)
            has_chosen.set()
            asked.append(nudging._nudge(due) if due else -1)
            connections.close_all()

        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=pso.pk)
            beat = threading.Thread(target=second_beat)
            beat.start()
            assert has_chosen.wait(10)
            assert nudging._nudge([pso.pk]) == 1
        beat.join(10)
    assert asked == [0]
    assert len(letters_to(pso)) == 1
    assert CoverageNudge.objects.count() == 1


def test_my_ccns_a_page_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    reviewer, pso = make.reviewer(), make.person()
    homes = [make.provider(f"01500{n}") for n in range(1, 6)]
    for home in homes:
        make.pso(home, pso, by=reviewer)
    make.pso(homes[0])
    monkeypatch.setattr(finding, "PAGE_SIZE", 2)
    seen, after = [], ""
    while True:
        page = finding.page_of(pso, after)
        assert (page.sole, page.total) == (4, 5)
        seen += [row.provider.ccn for row in page.rows]
        after = page.after
        if not after:
            break
    assert seen == ["015002", "015003", "015004", "015005", "015001"]
