"""CCNs that lost their PSOs: which are on the list and why, what it costs, and the file of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access_requests import workflow
from access_requests.models import DeskEvent
from access_requests.orphans import finding, rows, views
from access_requests.orphans.finding import Filters, Why
from accounts.models import AuditEvent, User
from providers.models import Provider
from tests import builders as make
from tests.reports.builders import contact

pytestmark = pytest.mark.django_db

# A Monday, and the last of ten business days after it: Veterans Day lies between.
MONDAY = datetime(2026, 11, 2, 15, tzinfo=UTC)
NINE_DAYS_ON = datetime(2026, 11, 16, 15, tzinfo=UTC)
TEN_DAYS_ON = datetime(2026, 11, 17, 15, tzinfo=UTC)


@pytest.fixture
def home() -> Provider:
    return make.provider(name="BURNS NURSING HOME")


def on_list(filters: Filters | None = None) -> dict[str, Why]:
    found = finding.find(filters or Filters(), limit=100)
    ccns = dict(Provider.objects.values_list("pk", "ccn"))
    assert len(found) == len({each.provider_id for each in found}), "a CCN is listed twice"
    return {ccns[each.provider_id]: each.why for each in found}


def page(person: User, query: str = "") -> str:
    client = Client()
    client.force_login(person)
    return client.get(f"/orphans/{query}").content.decode()


def lose(pso: User) -> None:
    workflow.give_up(pso.role_assignments.get().pk, by=pso)


def test_a_ccn_that_lost_its_last_pso(home: Provider) -> None:
    never, one_left = make.provider(), make.provider()
    make.submit(make.person(), never, "pso")
    pso = make.pso(home)
    lose(make.pso(home))
    make.pso(one_left)
    lose(make.pso(one_left))
    assert on_list() == {}
    lose(pso)
    assert on_list() == {home.ccn: Why.LOST}
    make.pso(home)
    assert on_list() == {}


def test_a_closed_ccn_is_nobodys_orphan(home: Provider) -> None:
    lose(make.pso(home))
    Provider.objects.filter(pk=home.pk).update(closed_on=timezone.localdate())
    assert on_list() == {}


def test_psos_who_cannot_act(home: Provider) -> None:
    pso, fellow = make.pso(home), make.pso(home)
    fellow.is_active = False
    fellow.save(update_fields=["is_active"])
    assert on_list() == {}
    # No step suspends yet.
    pso.role_assignments.update(status="suspended")
    assert on_list() == {home.ccn: Why.IDLE}
    shown = page(make.reviewer())
    assert "The PSO’s account is switched off. The PSO’s role is suspended." in shown


def test_a_queue_counts_as_unattended_after_ten_business_days(home: Provider) -> None:
    with time_machine.travel(MONDAY):
        make.pso(home)
        asked = make.submit(make.person(), home)
        own = make.provider()
        make.submit(make.pso(own), own)
    with time_machine.travel(NINE_DAYS_ON):
        assert on_list() == {}
    with time_machine.travel(TEN_DAYS_ON):
        # A sole PSO's own request waits for a second one, and not for anybody's attention.
        assert on_list() == {home.ccn: Why.UNATTENDED}
        [row] = rows.rows_for(finding.find(Filters(), limit=1))
        assert (row.found.row, row.waiting, len(row.psos)) == (asked.pk, 1, 1)
        workflow.withdraw(asked.pk, by=asked.requester)
        assert on_list() == {}


def test_the_days_begin_when_the_psos_have_it(home: Provider) -> None:
    """Not while CMS, or the requester, had it."""
    with time_machine.travel(MONDAY):
        make.submit(make.person(), home)
        busy = make.provider()
        pso = make.pso(busy)
        asked = make.submit(make.person(), busy)
        workflow.return_for_information(asked.pk, by=pso, question="Which unit?")
    with time_machine.travel(MONDAY + timedelta(days=2)):
        make.pso(home)
        workflow.answer(asked.pk, by=asked.requester, text="The north one.")
    with time_machine.travel(TEN_DAYS_ON):
        assert on_list() == {}
    with time_machine.travel(TEN_DAYS_ON + timedelta(days=2)):
        assert on_list() == {home.ccn: Why.UNATTENDED, busy.ccn: Why.UNATTENDED}


def test_by_state_chain_and_reason() -> None:
    chain, [first, second] = make.chain(2)
    far = make.provider("055123", state="CA")
    with time_machine.travel(MONDAY):
        for each in (first, far):
            lose(make.pso(each))
        make.pso(second)
        make.submit(make.person(), second)
    with time_machine.travel(TEN_DAYS_ON):
        everything = {first.ccn, second.ccn, far.ccn}
        assert set(on_list()) == everything
        assert set(on_list(Filters(state="CA"))) == {far.ccn}
        assert set(on_list(Filters(chain=chain.pk))) == {first.ccn, second.ccn}
        assert set(on_list(Filters(what="unattended"))) == {second.ccn}
        assert set(on_list(Filters(what="lost", chain=chain.pk))) == {first.ccn}
        reviewer = make.reviewer()
        assert far.ccn not in page(reviewer, f"?chain={chain.pk}&state=AL")
        assert "There is a problem" in page(reviewer, "?chain=99999999999999999999999")
        assert "There is a problem" in page(reviewer, "?state=ZZ&what=all")


def test_it_says_what_to_do(home: Provider) -> None:
    lose(make.pso(home))
    reviewer = make.reviewer()
    assert "Look up how to reach it" in page(reviewer)
    contact(home)
    assert "Call a contact" in page(reviewer)
    assert "What to say:" in page(reviewer, f"ccns/{home.ccn}/")
    make.submit(make.person(), home, "pso")
    shown = page(reviewer)
    assert "Decide: 1 person asks to be PSO." in shown
    assert "gave the role up" in shown
    assert home.ccn in page(reviewer, "ccns/" + home.ccn + "/")


def test_a_ccn_that_no_database_can_hold_is_not_found() -> None:
    client = Client()
    client.force_login(make.reviewer())
    assert client.get("/orphans/ccns/%00/").status_code == 404


def test_pages_follow_one_another_and_none_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE_SIZE", 3)
    homes = [make.provider() for _ in range(5)]
    reviewer = make.reviewer()
    for number, each in enumerate(homes):
        with time_machine.travel(MONDAY + timedelta(hours=number // 2)):
            lose(make.pso(each, by=reviewer))
    first = page(reviewer)
    following = re.search(r'href="/orphans/(\?after=[^"]+)"', first)
    assert following
    second = page(reviewer, following[1])
    ccns = [re.findall(r"CCN (01\d{4})", each) for each in (first, second)]
    assert [len(each) for each in ccns] == [3, 2]
    assert {ccn for each in ccns for ccn in each} == {each.ccn for each in homes}


def test_eight_queries_however_many() -> None:
    reviewer = make.reviewer()
    client = Client()
    client.force_login(reviewer)

    def taken() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/orphans/").status_code == 200
        return len(captured)

    lose(make.pso(make.provider(), by=reviewer))
    one = taken()
    for _ in range(8):
        each = make.provider()
        lose(make.pso(each, by=reviewer))
        make.submit(make.person(), each)
    assert one == taken() <= 8


def test_the_file_is_on_record_and_names_nobody(home: Provider) -> None:
    pso = make.pso(home)
    lose(pso)
    client = Client()
    client.force_login(make.reviewer())
    said = b"".join(client.get("/orphans/export/?what=lost")).decode()  # type: ignore[arg-type]
    assert f'=""{home.ccn}""' in said
    assert pso.full_name not in said
    assert AuditEvent.objects.get(type=DeskEvent.EXPORTED).details["list"] == "orphans"
