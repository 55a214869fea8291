""" "This person does not work here", by a contact's link or signed in, and what CMS makes of it."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.utils import timezone

from access_requests import workflow
from access_requests.contacts import steps
from access_requests.models import DeskEvent, EmploymentReport, RejectionReason
from access_requests.policy import Refusal, StepRefused
from access_requests.reports import gathered, settling
from access_requests.reports.reports import open_reports_about
from accounts.models import AuditEvent, Notice, User
from providers.models import Provider
from tests import builders as make
from tests.access_requests.racing import at_once, held, wait_until_somebody_waits
from tests.reports.builders import claim, contact, emails_to, link_in

pytestmark = pytest.mark.django_db

SAID = {"text": "Nobody of this name works here.", "said_by": "Olga Contact, office manager"}
UPHELD = EmploymentReport.Outcome.UPHELD


@pytest.fixture
def home() -> Provider:
    return make.provider(name="BURNS NURSING HOME")


def browser(person: User | None = None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def test_opening_the_link_does_nothing(home: Provider) -> None:
    _, link = claim(home)
    page = browser().get(link)
    assert page.status_code == 200
    assert "Carla Claimant" in page.content.decode()
    assert not EmploymentReport.objects.exists()


def test_a_contact_reports_once(home: Provider) -> None:
    reviewer = make.reviewer()
    asked, link = claim(home)
    assert browser().post(link, SAID).status_code == 302
    assert "CMS has your report" in browser().post(link, SAID, follow=True).content.decode()
    report = EmploymentReport.objects.get()
    assert (report.about, report.access_request, report.provider) == (asked.requester, asked, home)
    assert (report.contact, report.reported_by) == (home.contacts.get(), None)
    assert report.said_by == SAID["said_by"]
    assert list(open_reports_about(asked)) == [report]
    assert AuditEvent.objects.get(type=DeskEvent.EMPLOYMENT_REPORTED).actor is None
    assert Notice.objects.get(kind="person_reported").recipient == reviewer
    # The claimant hears nothing of it.
    assert not Notice.objects.filter(recipient=asked.requester, kind="person_reported").exists()


@pytest.mark.parametrize("missing", ["text", "said_by"])
def test_a_report_says_what_and_who(home: Provider, missing: str) -> None:
    _, link = claim(home)
    page = browser().post(link, SAID | {missing: " "})
    assert page.status_code == 422
    assert not EmploymentReport.objects.exists()


@pytest.mark.parametrize("damage", ["forged", "cut", "other salt", "no letter"])
def test_a_link_that_is_not_ours_says_what_to_do(home: Provider, damage: str) -> None:
    _, link = claim(home)
    token = link.split("/")[3]
    salt = "access_requests.reports.links"
    damaged = {
        "forged": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "cut": token[:-5],
        "other salt": signing.dumps(1, salt="somewhere.else"),
        "no letter": signing.dumps(10**9, salt=salt),
    }[damage]
    for answer in (browser().get, browser().post):
        page = answer(f"/reports/claims/{damaged}/")
        assert page.status_code == 404
        assert "call the iQIES Service Center" in page.content.decode()


def test_the_link_of_a_contact_who_was_removed_is_an_old_one(home: Provider) -> None:
    _asked, link = claim(home)
    steps.remove(home.contacts.get().pk, by=make.reviewer(), why="Never worked there")
    for answer in (browser().get(link), browser().post(link, SAID)):
        assert answer.status_code == 404
        assert "Carla" not in answer.content.decode()
    assert not EmploymentReport.objects.exists()


def test_a_link_works_for_sixty_days(home: Provider) -> None:
    _, link = claim(home)
    with time_machine.travel(timezone.now() + timedelta(days=59)):
        assert browser().get(link).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=61)):
        assert browser().post(link, SAID).status_code == 404
    assert not EmploymentReport.objects.exists()


def test_nothing_is_left_to_report_of_a_request_that_ended(home: Provider) -> None:
    asked, link = claim(home)
    workflow.withdraw(asked.pk, by=asked.requester)
    for answer in (browser().get, browser().post):
        page = answer(link, SAID)
        assert page.status_code == 410
        assert "need do nothing" in page.content.decode()
    assert not EmploymentReport.objects.exists()


def test_of_a_request_that_was_approved_the_role_is_reported(home: Provider) -> None:
    asked, link = claim(home)
    workflow.approve(asked.pk, by=make.reviewer())
    browser().post(link, SAID)
    assert EmploymentReport.objects.get().role_assignment == asked.requester.role_assignments.get()


def test_of_several_claims_in_an_email_those_that_are_marked(home: Provider) -> None:
    claimant = make.person()
    for _ in range(5):
        there = make.provider()
        contact(there, "chain@sunrise-home.example")
        make.submit(claimant, there, "pso")
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        gathered.tell()
        link = link_in(emails_to("chain@sunrise-home.example")[-1])
        page = browser().get(link).content.decode()
        first = claimant.access_requests.order_by("pk")[3].claim_letters.get()
        assert f'value="{first.pk}"' in page
        assert browser().post(link, SAID).status_code == 422
        browser().post(link, SAID | {"claims": [first.pk]})
        assert [each.provider for each in EmploymentReport.objects.all()] == [
            first.access_request.provider
        ]
        again = browser().post(link, SAID | {"claims": [first.pk]})
        assert again.status_code == 422
        assert "CMS has your report" in again.content.decode()


def test_a_link_makes_ten_reports_a_day(home: Provider) -> None:
    _, link = claim(home)
    reviewer = make.reviewer()
    for _ in range(10):
        browser().post(link, SAID)
        newest = EmploymentReport.objects.latest("pk")
        settling.settle(newest.pk, by=reviewer, outcome=UPHELD, note="Called.")
    assert browser().post(link, SAID).status_code == 429
    assert EmploymentReport.objects.count() == 10


def test_who_may_report_a_pso(home: Provider) -> None:
    pso = make.pso(home)
    holder, asking = make.holder(home), make.person()
    make.submit(asking, home)
    path = f"/reports/psos/{pso.role_assignments.get().pk}/new/"
    assert path in browser(holder).get(home.get_absolute_url()).content.decode()
    assert pso.full_name in browser(holder).get(path).content.decode()
    # Who only asks may not know the name, but there is only one.
    assert path in browser(asking).get(home.get_absolute_url()).content.decode()
    assert pso.full_name not in browser(asking).get(path).content.decode()
    for nobody_here in (make.person(), pso, make.reviewer(), make.agent()):
        assert browser(nobody_here).get(path).status_code == 404
        assert browser(nobody_here).post(path, {"text": "No."}).status_code == 404
        assert path not in browser(nobody_here).get(home.get_absolute_url()).content.decode()
    fellow = make.pso(home)
    assert browser(asking).post(path, {"text": "No."}).status_code == 404
    assert browser(fellow).get(path).status_code == 200
    for person in (holder, fellow):
        browser(person).post(path, {"text": "Left us in May."})
        browser(person).post(path, {"text": "Left us in May."})
    assert {each.reported_by for each in EmploymentReport.objects.all()} == {holder, fellow}
    assert EmploymentReport.objects.count() == 2


def test_cms_settles_and_who_reported_hears_of_it(home: Provider) -> None:
    pso, reviewer = make.pso(home), make.reviewer()
    holder = make.holder(home)
    assigned = pso.role_assignments.get()
    browser(holder).post(f"/reports/psos/{assigned.pk}/new/", {"text": "Left us in May."})
    report = EmploymentReport.objects.get()
    cms = browser(reviewer)
    assert "Left us in May." in cms.get("/reports/").content.decode()
    path = f"/reports/{report.pk}/"
    assert cms.post(f"{path}settle/", {"outcome": "upheld"}).status_code == 422
    done = cms.post(f"{path}settle/", {"outcome": "upheld", "note": "Called."}, follow=True)
    assert f"/roles/{assigned.pk}/revoke/" in done.content.decode()
    told = Notice.objects.get(kind="report_settled")
    assert told.recipient == holder
    assert "Your report was right" in told.body
    assert pso.full_name not in told.body
    assert "Left us in May." not in cms.get("/reports/").content.decode()
    assert "Left us in May." in cms.get("/reports/?show=settled").content.decode()
    again = cms.post(f"{path}settle/", {"outcome": "not_upheld", "note": "Called again."})
    assert again.status_code == 409
    report.refresh_from_db()
    assert (report.outcome, report.settled_by) == (UPHELD, reviewer)
    looks = AuditEvent.objects.filter(type="person_viewed", actor=reviewer, person=pso)
    assert looks.count() >= 4


def test_after_a_report_that_was_right_the_request_is_a_click_away(home: Provider) -> None:
    asked, link = claim(home)
    browser().post(link, SAID)
    report, reviewer = EmploymentReport.objects.get(), make.reviewer()
    settling.settle(report.pk, by=reviewer, outcome=UPHELD, note="Called.")
    page = browser(reviewer).get(f"/reports/{report.pk}/").content.decode()
    assert f"{asked.get_absolute_url()}#decide-heading" in page
    workflow.reject(
        asked.pk, by=reviewer, reason=RejectionReason.NOT_EMPLOYED, explanation="Not employed."
    )
    page = browser(reviewer).get(f"/reports/{report.pk}/").content.decode()
    assert "#decide-heading" not in page
    assert not Notice.objects.filter(kind="report_settled").exists()


def test_an_agent_reads_and_does_not_settle(home: Provider) -> None:
    _, link = claim(home)
    browser().post(link, SAID)
    path, agent = f"/reports/{EmploymentReport.objects.get().pk}/", make.agent()
    page = browser(agent).get(path)
    assert page.status_code == 200
    assert "Settle the report" not in page.content.decode()
    with pytest.raises(StepRefused) as refused:
        settling.settle(EmploymentReport.objects.get().pk, by=agent, outcome=UPHELD, note="I.")
    assert refused.value.refusal == Refusal.ONLY_CMS


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_settle_at_once(home: Provider) -> None:
    """The second waits for the first, and finds it settled."""
    _, link = claim(home)
    browser().post(link, SAID)
    report, reviewer = EmploymentReport.objects.get(), make.reviewer("first")

    def settle() -> object:
        return settling.settle(report.pk, by=reviewer, outcome=UPHELD, note="Called.")

    with held(report) as other:
        outcome: list[object] = []
        second = Thread(target=lambda: outcome.extend(at_once([settle])))
        second.start()
        wait_until_somebody_waits()
        other.execute(
            "UPDATE access_requests_employmentreport SET outcome = 'not_upheld',"
            " settled_by_id = %s, settled_at = now() WHERE id = %s",
            [reviewer.pk, report.pk],
        )
        other.connection.commit()
        second.join(30)
    assert isinstance(outcome[0], StepRefused)
    assert outcome[0].refusal == Refusal.ALREADY_SETTLED
    report.refresh_from_db()
    assert report.outcome == "not_upheld"
