"""What came of a step: the numbers, how they are drawn, and the lists behind them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from access_requests import workflow
from access_requests.campaigns import outcome
from access_requests.models import CampaignStep, Contact
from accounts.mail import delivery
from accounts.models import AuditEvent, OutgoingEmail
from tests import builders as make
from tests.campaigns import builders as campaigns
from tests.mail.sink import MailSink
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return browser_of(make.reviewer("creviewer7"))


def page_of(step: CampaignStep, name: str = "step") -> str:
    return reverse(f"campaigns:{name}", args=[step.pk])


@pytest.fixture
def worked_out(sink: MailSink) -> CampaignStep:
    """Of six CCNs: one granted, one that asked, one quiet, one whose email came back, one with
    no address that is ready now, one of a contact who is gone."""
    granted, asked, quiet, dead, lone = campaigns.homes(5)
    nobody = make.provider()
    Contact.objects.filter(provider=lone).update(
        removed_at=timezone.now(), removed_why="Left in May."
    )
    campaigns.contact(lone, "gone@home.example")
    step = campaigns.started()
    Contact.objects.filter(email="gone@home.example").update(
        removed_at=timezone.now(), removed_why="Left in June."
    )
    campaigns.next_batch(step)
    delivery.deliver()
    OutgoingEmail.objects.filter(to_address=dead.contacts.get().email).update(state="bounced")
    make.pso(granted)
    make.submit(make.person(), asked, "pso")
    make.pso(nobody)
    make.pso(nobody)
    campaigns.next_batch(step)
    assert quiet.pk != lone.pk
    return CampaignStep.objects.get(pk=step.pk)


def test_what_came_of_it(worked_out: CampaignStep) -> None:
    [none] = outcome.of_step(worked_out)
    assert none.numbers == {
        **{"listed": 6, "written": 4, "reached": 3},
        **{"asked": 2, "granted": 1, "on-paper": 2},
    }


def test_every_number_is_the_length_of_its_list(worked_out: CampaignStep) -> None:
    for told in outcome.of_step(worked_out):
        for which, number in told.numbers.items():
            assert outcome.targets(worked_out, which, told.level).count() == number, which


def test_the_numbers_are_drawn_and_lead_to_their_lists(
    worked_out: CampaignStep, desk: Client
) -> None:
    page = desk.get(page_of(worked_out))
    html = page.content.decode()
    assert 'width="66.7"' in html
    assert "Of these: first PSO approved since 17 % 1" in words(page)
    assert "which=granted&amp;level=0" in html
    listed = words(desk.get(page_of(worked_out, "ccns"), {"which": "granted", "level": "0"}))
    assert "Of these: first PSO approved since" in listed
    for bad in ({"which": "nothing"}, {"which": "asked", "level": "2"}):
        assert desk.get(page_of(worked_out, "ccns"), bad).status_code == 404


def test_the_list_for_letters(worked_out: CampaignStep, desk: Client) -> None:
    home = outcome.targets(worked_out, "on-paper").first().provider
    home.address_line_1, home.zip_code, home.name = "1 MAIN ST", "01234", "=HOME"
    home.save()
    answer = desk.get(page_of(worked_out, "paper"))
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 3
    assert rows[1].startswith(f'"=""{home.ccn}""","\'=Home"')
    assert '"1 Main St"' in rows[1]
    assert '"=""01234"""' in rows[1]
    [line] = AuditEvent.objects.filter(type="exported")
    assert line.details["rows"] == 2


def test_a_pso_that_went_again_is_no_less_approved(desk: Client) -> None:
    [home] = campaigns.homes(1)
    step = campaigns.started()
    pso = make.pso(home)
    workflow.give_up(pso.role_assignments.get().pk, by=pso)
    [told] = outcome.of_step(step)
    assert told.numbers["granted"] == 0
    assert outcome.targets(step, "listed").filter(has_pso=True).count() == 1
