"""What the requester reads while waiting, the button to ask, and naming an absence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from access_requests import workflow
from access_requests.models import AccessRequest, Nudge
from access_requests.policy import StepRefused, Waiting
from access_requests.waiting import absences, nudging, pace
from access_requests.waiting.deciding import Deciders, deciders_of, people_who_can_decide
from accounts.models import Notice, User
from providers.models import Provider
from tests import builders as make
from tests.pages.browsing import words

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 11, 6, 15, tzinfo=UTC)


@pytest.fixture
def home() -> Provider:
    return make.provider(name="BURNS NURSING HOME")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page_of(asked: AccessRequest, reader: User) -> str:
    said = signed_in(reader).get(asked.get_absolute_url()).content.decode()
    return " ".join(said.split())


def on(month: int, day: int) -> time_machine.travel:
    return time_machine.travel(datetime(2026, month, day, 15, tzinfo=UTC), tick=False)


def test_how_many_can_decide_and_nobody_is_named(home: Provider) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        psos = [make.pso(home, make.person(full_name=f"Known {n}")) for n in range(3)]
        asked = make.submit(make.person(), home)
        absences.name(psos[0], date(2026, 11, 6), date(2026, 11, 12))
        own = make.submit(psos[0], home)
        off = make.pso(home)
        off.is_active = False
        off.save(update_fields=["is_active"])
        said = page_of(asked, asked.requester)
        assert "3 people, 1 of them away just now" in said
        assert "Known" not in said
        # Of one's own request one is not among them.
        assert "2 people" in page_of(own, psos[0])
        for each in psos[1:]:
            absences.name(each, date(2026, 11, 6), date(2026, 11, 9))
        said = page_of(asked, asked.requester)
        assert "The 3 PSOs of this CCN have it, and all are away until November 9, 2026" in said
        assert "Ask them to look at it" not in said
        with pytest.raises(StepRefused, match="away until November 9, 2026"):
            nudging.nudge(asked.pk, by=asked.requester)
        assert people_who_can_decide(home.pk) == Deciders(0, 3, date(2026, 11, 9))
    with on(11, 10):
        fresh = AccessRequest.objects.get(pk=asked.pk)
        assert deciders_of(fresh) == Deciders(2, 1)


def test_nobody_who_can_act(home: Provider) -> None:
    pso = make.pso(home)
    asked = make.submit(make.person(), home)
    pso.is_active = False
    pso.save(update_fields=["is_active"])
    said = page_of(asked, asked.requester)
    assert "It waits: no PSO of this CCN can act now" in said
    assert "Ask them to look at it" not in said
    assert (
        signed_in(asked.requester).post(f"/waiting/requests/{asked.pk}/nudge/").status_code == 409
    )


def test_one_nudge_in_two_business_days(home: Provider) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        there, away = make.pso(home), make.pso(home)
        absences.name(away, date(2026, 11, 6), date(2026, 11, 6))
        asked = make.submit(make.person(), home)
        client = signed_in(asked.requester)
        assert "Ask them to look at it" in page_of(asked, asked.requester)
        path = f"/waiting/requests/{asked.pk}/nudge/"
        assert client.post(path).status_code == 302
        told = Notice.objects.filter(kind="request_nudged")
        assert [each.recipient for each in told] == [there]
        assert client.get(path).status_code == 302
        # Over the weekend and on Monday: not yet.
    for day in (7, 9):
        with on(11, day):
            refused = signed_in(asked.requester).post(path)
            assert refused.status_code == 409
            assert "You can ask again on November 10, 2026" in refused.content.decode()
    with on(11, 10):
        assert signed_in(asked.requester).post(path).status_code == 302
        assert Nudge.objects.count() == 2
        assert "November 13, 2026" in page_of(asked, asked.requester)
        assert "The requester asked on November 10, 2026" in page_of(asked, there)


def test_a_nudge_is_the_requesters_and_about_what_waits(home: Provider) -> None:
    pso = make.pso(home)
    asked = make.submit(make.person(), home)
    with pytest.raises(StepRefused):
        nudging.nudge(asked.pk, by=pso)
    with pytest.raises(AccessRequest.DoesNotExist):
        nudging.nudge(asked.pk, by=make.person())
    waits = make.submit(make.person(), make.provider())
    with pytest.raises(StepRefused):
        nudging.nudge(waits.pk, by=waits.requester)
    workflow.return_for_information(asked.pk, by=pso, question="Why?")
    with pytest.raises(StepRefused, match="answer the question"):
        nudging.nudge(asked.pk, by=asked.requester)
    workflow.answer(asked.pk, by=asked.requester, text="So.")
    workflow.approve(asked.pk, by=pso)
    with pytest.raises(StepRefused):
        nudging.nudge(asked.pk, by=asked.requester)
    assert not Nudge.objects.exists()


def test_a_person_asks_about_ten_requests_a_day(home: Provider) -> None:
    person, asked = make.person(), []
    for _ in range(nudging.MOST_A_DAY + 1):
        each = make.provider()
        make.pso(each)
        asked.append(make.submit(person, each))
    for each_asked in asked[:-1]:
        nudging.nudge(each_asked.pk, by=person)
    with pytest.raises(StepRefused, match="tomorrow"):
        nudging.nudge(asked[-1].pk, by=person)


def decided(home: Provider, *days: int) -> None:
    """Requests, each decided so many days after Monday, November 2."""
    pso = home.role_assignments.get(role="pso").user
    for each in days:
        with on(11, 2):
            asked = make.submit(make.person(), home)
        with on(11, 2 + each):
            workflow.approve(asked.pk, by=pso)


def test_the_usual_time_is_the_ccns_else_the_chains_else_nothing() -> None:
    _, [home, sister] = make.chain(2)
    reviewer = make.reviewer()
    with on(10, 30):
        make.pso(home, by=reviewer)
        make.pso(sister, by=reviewer)
    decided(home, 1, 10)
    with on(11, 20):
        asked = make.submit(make.person(), home)
        assert "Usual time to decide" not in page_of(asked, asked.requester)
    # Veterans Day and a weekend lie within the ten days.
    decided(sister, 3)
    with on(11, 20):
        assert pace.of(asked, Waiting.PSOS) == pace.Pace(3, "chain")
        assert "Half of the latest decisions in this chain" in page_of(asked, asked.requester)
    decided(home, 10)
    with on(11, 20):
        assert pace.of(asked, Waiting.PSOS) == pace.Pace(7, "ccn")
        said = page_of(asked, asked.requester)
        assert "7 business days" in said
        assert "Usual time to decide" not in page_of(
            asked, home.role_assignments.get(role="pso").user
        )
    with time_machine.travel(FRIDAY + timedelta(days=400), tick=False):
        assert pace.of(asked, Waiting.PSOS) is None


def test_days_in_which_others_had_it_are_not_the_psos() -> None:
    home = make.provider()
    with on(11, 2):
        asked = [make.submit(make.person(), home) for _ in range(3)]
    with on(11, 13):
        pso = make.pso(home)
        workflow.return_for_information(asked[0].pk, by=pso, question="Why?")
        for each in asked[1:]:
            workflow.approve(each.pk, by=pso)
    with on(11, 20):
        workflow.answer(asked[0].pk, by=asked[0].requester, text="So.")
        workflow.approve(asked[0].pk, by=pso)
        assert pace.of(asked[0], Waiting.PSOS) == pace.Pace(0, "ccn")


def test_ten_days_on_the_page_says_whom_to_call(home: Provider) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        pso = make.pso(home)
        asked = make.submit(make.person(), home)
        first = make.submit(make.person(), make.provider(), "pso")
    with on(11, 20):
        said = page_of(asked, asked.requester)
        assert "the Service Center can help" not in said
        assert "Nov 23" in said
        # No beat has run: the page does not claim what was not sent.
        assert said.count("Not sent") == 2
    with on(11, 23):
        for each in (asked, first):
            said = page_of(each, each.requester)
            assert "It has waited for ten business days: the Service Center can help" in said
            assert f"(800) 339-9313 and say that it is request {each.pk}" in said
        assert "the Service Center can help</h2>" not in page_of(asked, pso)


def test_absences(home: Provider) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        pso = make.pso(home)
        client = signed_in(pso)
        wrong = [
            ("2026-11-05", "2026-11-09", "This day is over"),
            ("2026-11-10", "2026-11-09", "The last day comes before the first"),
            ("2026-11-10", "2027-11-09", "at most 180 days"),
            ("2029-11-10", "2029-11-10", "within the next year"),
            ("soon", "", "This is no date"),
        ]
        for first, last, why in wrong:
            answer = client.post("/waiting/absence/", {"first_day": first, "last_day": last})
            assert answer.status_code == 422
            assert why in answer.content.decode()
        days = {"first_day": "2026-11-09", "last_day": "2026-11-13"}
        saved = words(client.post("/waiting/absence/", days, follow=True))
        assert "Saved: you are away from Nov 9 to Nov 13." in saved
        assert "Remove : November 9, 2026" in saved
        assert "You are away until" not in words(client.get("/"))
        said = client.get("/waiting/absence/").content.decode()
        assert "you are the only PSO" in said
        again = client.post("/waiting/absence/", days | {"first_day": "2026-11-13"})
        assert again.status_code == 422
        assert "You are away from November 9" in again.content.decode()
        assert signed_in(make.person()).get("/waiting/absence/").status_code == 404
        fellow = make.pso(home)
        assert "you are the only PSO" not in client.get("/waiting/absence/").content.decode()
        absences.name(fellow, date(2026, 11, 13), date(2026, 11, 20))
        said = client.get("/waiting/absence/").content.decode()
        assert "your fellow PSOs are away as well" in said
        [absence] = absences.of(pso)
        assert signed_in(fellow).post(f"/waiting/absence/{absence.pk}/end/").status_code == 404
        assert client.get(f"/waiting/absence/{absence.pk}/end/").status_code == 302
        assert absences.of(pso) == [absence]
    with on(11, 10):
        assert "You are away until Nov 13." in words(signed_in(pso).get("/"))
        assert "You are away until" not in words(signed_in(fellow).get("/"))
        assert absences.away([pso.pk, fellow.pk], date(2026, 11, 10)) == {
            pso.pk: date(2026, 11, 13)
        }
        shown = signed_in(fellow).get(home.get_absolute_url()).content.decode()
        assert "away until November 13, 2026" in shown
        holder = make.holder(home)
        shown = signed_in(holder).get(home.get_absolute_url()).content.decode()
        assert "away until" not in shown
        assert signed_in(pso).post(f"/waiting/absence/{absence.pk}/end/").status_code == 302
        assert absences.away([pso.pk], date(2026, 11, 10)) == {}
        assert "You are away until" not in words(signed_in(pso).get("/"))
        # Clicked twice.
        assert signed_in(pso).post(f"/waiting/absence/{absence.pk}/end/").status_code == 302
    with on(11, 21):
        assert absences.of(fellow) == []
