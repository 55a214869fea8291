"""The readiness pages beside their numbers: who sees what, bad input, the file, the budget."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access_requests.models import CcnReadiness, Contact, DeskEvent
from access_requests.readiness.counts import levels_of, with_level
from accounts.models import AuditEvent, User
from providers.models import Chain, Program, Provider
from tests import builders as make
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db
LIST, FILE = "/readiness/ccns/", "/readiness/ccns.csv"


@pytest.fixture
def reviewer() -> User:
    return make.reviewer()


def rows(response: Any) -> list[list[str]]:
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


@pytest.mark.parametrize(
    "query",
    [
        "state=ZZ",
        "kind=dialysis",
        "level=3",
        "level=x",
        "waiting=everybody",
        "program=pbj",
        "chain=0",
        "chain=77",
        "chain=x",
        "chain=" + "9" * 30,
    ],
)
@pytest.mark.parametrize("address", [LIST, FILE])
def test_a_condition_that_does_not_exist_is_said_beside_the_field(
    address: str, query: str, reviewer: User
) -> None:
    response = browser_of(reviewer).get(f"{address}?{query}")
    assert response.status_code == 422
    assert "from the list" in words(response)
    assert not AuditEvent.objects.filter(type=DeskEvent.EXPORTED).exists()


@pytest.mark.parametrize("after", ["", "x", "TX", "TX-", "tx-015001", "TX-015001-2", "ZZ-9" * 99])
def test_an_unreadable_key_is_the_first_page(after: str, reviewer: User) -> None:
    make.provider("015001")
    response = browser_of(reviewer).get(LIST, {"after": after})
    assert response.status_code == 200
    assert "015001" in words(response)


@pytest.mark.parametrize(
    "address", ["states/ZZ/", "states/al/", "kinds/dialysis/", "chains/?state=ZZ", "chains/999/"]
)
def test_what_does_not_exist_is_not_found(address: str, reviewer: User) -> None:
    assert browser_of(reviewer).get(f"/readiness/{address}").status_code == 404


def test_pages_of_nothing_say_so(reviewer: User) -> None:
    browser = browser_of(reviewer)
    make.provider(closed_on=date(2026, 1, 2), chain=Chain.objects.create(name="GONE"))
    chain = Chain.objects.get()
    assert "There are no open CCNs yet" in words(browser.get("/readiness/"))
    assert "There are no open CCNs here" in words(browser.get("/readiness/states/TX/"))
    assert "no open CCNs of this kind" in words(browser.get("/readiness/kinds/snf/"))
    assert "No chains here" in words(browser.get("/readiness/chains/"))
    assert "has no open CCNs" in words(browser.get(f"/readiness/chains/{chain.pk}/"))
    assert "No CCN meets all of this" in words(browser.get(LIST))


def test_the_file_is_safe_and_on_record(reviewer: User) -> None:
    chain = Chain.objects.create(name="@CHAIN")
    at = make.provider(
        "01E123",
        kind="nf",
        name='=HYPERLINK("HTTP://X")',
        city="-MOBILE",
        phone="+12565550100",
        chain=chain,
    )
    make.provider("015001", state="TX")
    Contact.objects.create(
        provider=at,
        name="Ada",
        source=Contact.Source.ENTERED,
        added_by=reviewer,
        added_at=timezone.now(),
    )
    make.submit(make.person(), at, "pso")
    response = browser_of(reviewer).get(FILE, {"state": "AL", "level": "0"})
    assert (
        f'filename="ccns-AL-level-0-{timezone.localdate()}.csv"'
        in response.headers["Content-Disposition"]
    )
    header, *found = rows(response)
    assert header[:4] == ["CCN", "Name", "City", "State"]
    [[ccn, name, city, state, kind, of_chain, phone, *numbers]] = found
    assert (ccn, state, kind) == ('="01E123"', "AL", "Medicaid-only nursing home")
    assert name.startswith("'=")
    assert (city[0], of_chain[0], phone[0]) == ("'", "'", "'")
    assert numbers == ["0", "1", "1", "yes"]
    [line] = AuditEvent.objects.filter(type=DeskEvent.EXPORTED)
    assert line.actor == reviewer
    assert line.details == {"list": "readiness", "state": "AL", "level": 0}

    browser_of(reviewer).head(FILE)
    assert AuditEvent.objects.filter(type=DeskEvent.EXPORTED).count() == 1


def test_only_reviewers_are_led_to_a_campaign(reviewer: User) -> None:
    chain = Chain.objects.create(name="SUNRISE")
    make.provider("675001", state="TX", chain=chain)
    query = f"state=TX&kind=snf&chain={chain.pk}&level=0"
    page = browser_of(reviewer).get(f"{LIST}?{query}").content.decode()
    assert f"/campaigns/new/?states=TX&amp;kinds=snf&amp;chain={chain.pk}&amp;level=0" in page
    assert "Write to these" not in words(browser_of(make.agent()).get(f"{LIST}?{query}"))
    assert "Write to these" not in words(browser_of(reviewer).get(f"{LIST}?level=2"))


def test_a_campaign_means_the_ccns_of_the_list_and_no_others(reviewer: User) -> None:
    make.submit(make.person(), make.provider(), "pso")
    make.provider()
    desk = browser_of(reviewer)
    waiting = desk.get(f"{LIST}?waiting=first_psos")
    assert "1 CCN " in words(waiting)
    assert "/campaigns/new/" not in waiting.content.decode()
    assert "a campaign cannot be limited to where somebody waits" in words(waiting)
    every = desk.get(LIST)
    assert "/campaigns/new/?level=0" in every.content.decode()
    assert "/campaigns/new/?level=1" in every.content.decode()
    assert "level=0%2C1" not in every.content.decode()
    none = desk.get(f"{LIST}?level=0")
    assert "/campaigns/new/?level=0&amp;listed=2" in none.content.decode()


def test_the_countdown_names_days_and_ready_ccns(reviewer: User) -> None:
    now = timezone.now()
    Program.objects.filter(code="hope").update(
        pso_opens_at=now - timedelta(days=3),
        general_opens_at=now + timedelta(days=40),
        goes_live_at=now + timedelta(days=1),
    )
    make.provider("011500", kind="hospice")
    make.pso(make.provider("011501", kind="hospice"))
    page = words(browser_of(reviewer).get("/readiness/"))
    said = f"PSO onboarding open since {now - timedelta(days=3):%b} "
    assert said in page
    assert "General onboarding in 40 days" in page
    assert "Go-live in 1 day" in page
    assert "50 % of its CCNs have a PSO" in page


def test_levels_of_many_ccns_take_one_query() -> None:
    none, one, two = make.provider(), make.provider(), make.provider()
    for at in (one, two, two, two):
        make.pso(at)
    with CaptureQueriesContext(connection) as captured:
        assert levels_of([none.pk, one.pk, two.pk]) == {none.pk: 0, one.pk: 1, two.pk: 2}
    assert len(captured) == 1
    counted: Any = with_level(Provider.objects.all())
    assert {each.pk: each.psos for each in counted} == {none.pk: 0, one.pk: 1, two.pk: 3}


def test_many_rows_added_moved_and_removed_in_one_statement() -> None:
    homes = [Provider(ccn=f"01{5000 + n}", kind="snf", name="H", state="AL") for n in range(30)]
    Provider.objects.bulk_create(homes)
    Provider.objects.filter(ccn__gte="015020").update(state="TX")
    Provider.objects.filter(ccn__lt="015005").update(closed_on=date(2026, 1, 2))
    Provider.objects.filter(ccn="015029").delete()
    assert CcnReadiness.objects.filter(state="AL").count() == 15
    assert CcnReadiness.objects.filter(state="TX").count() == 9
    Provider.objects.filter(ccn__lt="015005").update(closed_on=None)
    assert CcnReadiness.objects.filter(state="AL").count() == 20
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE providers_provider CASCADE")
    assert not CcnReadiness.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["/readiness/", "/readiness/states/AL/", "/readiness/kinds/snf/", "/readiness/chains/", LIST],
)
def test_a_page_takes_the_same_few_queries_for_one_ccn_and_for_sixty(
    address: str, reviewer: User
) -> None:
    def queries(browser: Client) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address).status_code == 200
        return len(captured)

    browser = browser_of(reviewer)
    make.provider(chain=Chain.objects.create(name="ONE"))
    first = queries(browser)
    for number in range(60):
        chain = Chain.objects.create(name=f"CHAIN {number}")
        make.provider(f"05{5000 + number}", state=["AL", "CA"][number % 2], chain=chain)
    assert queries(browser) == first
    assert first <= 8
