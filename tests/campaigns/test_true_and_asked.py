"""What a message says is true of all who get it, and nothing leaves before somebody said yes."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from access_requests.campaigns import steps
from access_requests.models import CampaignLetter, CampaignStep
from accounts.models import AuditEvent
from tests import builders as make
from tests.campaigns import builders as campaigns
from tests.pages.browsing import browser_of, value_of, words

pytestmark = pytest.mark.django_db

NEW = "/campaigns/new/"


@pytest.fixture
def desk() -> Client:
    return browser_of(make.reviewer("creviewer7"))


def page_of(step: CampaignStep, name: str = "step") -> str:
    return reverse(f"campaigns:{name}", args=[step.pk])


def test_a_list_of_both_makes_two_campaigns(desk: Client) -> None:
    """Each with a message that is true of its CCNs."""
    make.provider()
    make.pso(make.provider())
    page = desk.get(NEW + "?level=0%2C1&states=&listed=14402")
    assert "CCNs meant now 1" in words(page)
    assert "this campaign is for those without a PSO" in words(page)
    assert "14,402 in your list, 1 meant here." in words(page)
    other = desk.get(page.context["other_url"])
    assert other.context["form"]["level"].value() == "1"
    assert "this campaign is for" not in words(other)
    assert "in your list" not in words(desk.get(NEW + "?level=0&listed=1"))


@pytest.mark.parametrize(("level", "offered"), [(0, ["first", "reminder"]), (1, ["second"])])
def test_only_messages_that_are_true_are_offered(
    desk: Client, level: int, offered: list[str]
) -> None:
    campaign = campaigns.campaign(level)
    CampaignStep.objects.all().delete()
    form = desk.get(campaign.get_absolute_url()).context["new_step_form"]
    assert [key for key, _label in form.fields["wording"].choices] == offered
    [wrong] = [key for key in ("first", "second") if key not in offered]
    add = f"{campaign.get_absolute_url()}steps/"
    assert desk.post(add, {"wording": wrong}).status_code == 422
    with pytest.raises(steps.Refused):
        steps.add_step(campaign.pk, wording=wrong, by=campaign.created_by)
    assert not campaign.steps.exists()


def test_the_message_is_shown_only_for_a_ccn_of_which_it_is_true(desk: Client) -> None:
    make.provider("015009")
    make.pso(make.provider("015010"))
    page = words(desk.get(page_of(campaigns.draft()), {"ccn": "015010"}))
    assert "This CCN is not meant now, so it gets nothing." in page
    assert "(CCN 015009) would read it" in page


def test_nothing_is_sent_before_its_number_was_read(desk: Client) -> None:
    campaigns.homes(2)
    make.provider()
    step = campaigns.draft(states=["AL"])
    read = value_of(desk.get(page_of(step)), "read")
    asked = desk.get(page_of(step, "start"), {"read": read})
    for said in ("Send 2 emails?", "3 CCNs are meant.", "1 CCN has no address", "Alabama"):
        assert said in words(asked)
    assert "Action needed: name a Provider Security Official" in words(asked)
    assert "@home.example" not in asked.content.decode()
    assert "You have not sent yourself a test" in words(asked)
    assert not CampaignLetter.objects.exists()
    desk.post(page_of(step, "test"))
    asked = desk.get(page_of(step, "start"), {"read": read})
    assert "You have not sent yourself a test" not in words(asked)
    assert desk.post(page_of(step, "start"), {"read": value_of(asked, "read")}).status_code == 302
    assert CampaignLetter.objects.count() == 2
    assert desk.get(page_of(step, "start"), {"read": read}).status_code == 302


def test_what_changed_since_it_was_read_is_not_asked_about(desk: Client) -> None:
    campaigns.homes(1)
    step = campaigns.draft()
    read = value_of(desk.get(page_of(step)), "read")
    steps.change_words(step.pk, subject="Other", body="{{ providers }}", by=step.created_by)
    asked = desk.get(page_of(step, "start"), {"read": read})
    assert asked.status_code == 409
    assert "This is not the message you read." in words(asked)


def test_only_the_message_that_was_read_is_sent(desk: Client) -> None:
    campaigns.homes(1)
    step = campaigns.draft()
    read = value_of(desk.get(page_of(step)), "read")
    said = {"subject": "Changed", "body": "{{ providers }}"}
    browser_of(make.reviewer("creviewer8")).post(page_of(step, "edit"), said)
    [line] = AuditEvent.objects.filter(type="campaign_worded")
    assert line.actor is not None
    assert line.actor.username == "creviewer8"
    for sent in ({"read": read}, {"read": ""}, {}):
        answer = desk.post(page_of(step, "start"), sent)
        assert answer.status_code == 409
        assert "this is not the message you read" in words(answer)
    assert not CampaignLetter.objects.exists()
    assert desk.post(page_of(step, "start"), {"read": value_of(answer, "read")}).status_code == 302
    started = AuditEvent.objects.get(type="campaign_started")
    assert started.details["message_digest"] == line.details["message_digest"]
    assert started.details["message_digest"] != read
