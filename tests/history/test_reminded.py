"""A reminder about several requests stands in the history of each of them, and of their CCN."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access_requests.models import AccessRequest, SharedNotice
from access_requests.waiting import helping, reminding
from accounts.models import Notice, OutgoingEmail, User
from tests import builders as make
from tests.groups.builders import group_of
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 11, 6, 15, tzinfo=UTC)
TWO_DAYS_ON = datetime(2026, 11, 10, 12, tzinfo=UTC)
TEN_DAYS_ON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TO_PSOS, HELP = "2 requests still wait for you", "2 of your requests have waited long"

Asked = tuple[AccessRequest, User, User, User]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def reminded(clock: time_machine.Traveller) -> Asked:
    """One of two requests of one person: it, the person, a PSO of both CCNs, and one of this CCN
    alone. All were told of it after two business days; the first PSO's email came back."""
    reviewer = make.reviewer()
    here, other = make.provider(), make.provider()
    pso, fellow, ann = make.person(), make.person(), make.person()
    for each in (here, other):
        make.pso(each, pso, by=reviewer)
    make.pso(here, fellow)
    asked = make.submit(ann, here)
    make.submit(ann, other)
    clock.move_to(TWO_DAYS_ON)
    reminding.run()
    OutgoingEmail.objects.filter(notice__recipient=pso, subject=TO_PSOS).update(
        state="bounced", sent_at=timezone.now()
    )
    return asked, ann, pso, fellow


def page_of(viewer: User, about: AccessRequest) -> str:
    return words(browser_of(viewer).get(f"/history/requests/{about.pk}/"))


def emails_at(viewer: User, path: str, what: str, about: AccessRequest) -> tuple[str, ...]:
    """Sent, waiting, not delivered: of that line."""
    response: Any = browser_of(viewer).get(f"/history/{path}/csv/")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = [row for row in csv.DictReader(StringIO(text)) if row["Request"] == str(about.pk)]
    [row] = [row for row in rows if row["What happened"] == what]
    return tuple(row[f"Emails {state}"] for state in ("sent", "waiting", "not delivered"))


def test_its_email_is_listed_with_its_state_and_the_number_is_its_readers_alone(
    reminded: Asked,
) -> None:
    about, ann, pso, fellow = reminded
    for viewer, reads_number in ((ann, False), (pso, True), (fellow, False)):
        page = page_of(viewer, about)
        assert (TO_PSOS in page) == reads_number
        assert ("Reminder to decide this request" in page) != reads_number
        assert page.count("Bounced") == 1
    assert TO_PSOS in page_of(make.agent(), about)
    assert "Reminder to decide this request A PSO of this CCN Bounced" in page_of(ann, about)


def test_it_is_counted_at_the_line_of_the_reminder_in_both_histories(reminded: Asked) -> None:
    about, ann, pso, fellow = reminded
    for viewer in (ann, pso, fellow, make.reviewer()):
        for path in (f"requests/{about.pk}", f"providers/{about.provider.ccn}"):
            # The fellow's, about this one alone, waits to be sent.
            assert emails_at(viewer, path, "Approvers reminded", about) == ("0", "1", "1")


def test_one_that_waits_for_the_daily_email_is_counted_as_waiting(reminded: Asked) -> None:
    about, ann, pso, _fellow = reminded
    theirs = Notice.objects.filter(recipient=pso, subject=TO_PSOS)
    theirs.update(email=None, is_for_digest=True)
    path = f"requests/{about.pk}"
    assert emails_at(ann, path, "Approvers reminded", about) == ("0", "2", "0")
    theirs.update(left_out_at=timezone.now())
    assert emails_at(ann, path, "Approvers reminded", about) == ("0", "1", "0")


def test_where_the_service_center_can_help_with_several(
    reminded: Asked, clock: time_machine.Traveller
) -> None:
    about, ann, _pso, fellow = reminded
    clock.move_to(TEN_DAYS_ON)
    assert helping.run() == 1
    assert HELP in page_of(ann, about)
    page = page_of(fellow, about)
    assert HELP not in page, "how much somebody asks for elsewhere"
    assert "The Service Center can help with this request" in page
    line = "Requester shown the way to the Service Center"
    assert emails_at(fellow, f"providers/{about.provider.ccn}", line, about) == ("0", "1", "0")


def test_a_reminder_about_one_request_is_found_by_it_and_stands_there_once(reminded: Asked) -> None:
    about, _ann, _pso, fellow = reminded
    shared = SharedNotice.objects.values_list("notice__recipient", "access_request")
    assert set(shared.values_list("notice__recipient", flat=True)) != {fellow.pk}
    assert not shared.filter(notice__recipient=fellow).exists()
    assert page_of(fellow, about).count("A request still waits for you") == 1


def test_as_many_queries_for_one_form_and_reminder_as_for_five(
    clock: time_machine.Traveller,
) -> None:
    reviewer, pso = make.reviewer(), make.person()
    homes = [make.provider(), make.provider()]
    for each in homes:
        make.pso(each, pso, by=reviewer)

    def taken(forms: int) -> list[int]:
        clock.move_to(FRIDAY)
        for _ in range(forms):
            group_of(make.person(), *homes)
        clock.move_to(TWO_DAYS_ON)
        reminding.run()
        found = []
        about = AccessRequest.objects.filter(provider=homes[0]).latest("pk")
        for viewer in (pso, reviewer):
            for path in (f"providers/{homes[0].ccn}", f"requests/{about.pk}"):
                client = browser_of(viewer)
                with CaptureQueriesContext(connection) as captured:
                    assert client.get(f"/history/{path}/").status_code == 200
                found.append(len(captured))
        return found

    assert taken(1) == taken(4)
