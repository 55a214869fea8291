"""Making a campaign, its message, its numbers and lists, as a CMS reviewer reads them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from access_requests.campaigns import steps
from access_requests.models import Campaign, CampaignLetter, CampaignStep
from accounts import bounces
from accounts.models import AuditEvent, OutgoingEmail, User
from tests import builders as make
from tests.access_requests.test_queries import FEW, MANY, Taken, taken
from tests.campaigns import builders as campaigns
from tests.pages.browsing import browser_of, field_error, value_of, words

pytestmark = pytest.mark.django_db

NEW = "/campaigns/new/"


@pytest.fixture
def reviewer() -> User:
    return make.reviewer("creviewer7")


@pytest.fixture
def desk(reviewer: User) -> Client:
    return browser_of(reviewer)


def page_of(step: CampaignStep, name: str = "step") -> str:
    return reverse(f"campaigns:{name}", args=[step.pk])


def test_who_is_meant_is_counted_before_anything_is_made(desk: Client) -> None:
    texan, other = make.provider(state="TX"), make.provider(state="TX")
    campaigns.contact(texan, "a@home.example")
    campaigns.contact(texan, "b@home.example")
    campaigns.contact(make.provider(state="AL"))
    make.pso(other)
    make.provider(state="TX")
    said = desk.post("/campaigns/new/count/", {"level": "0", "states": "TX"})
    assert words(said) == ("CCNs meant now 2 Addresses to write to 2 CCNs without an address 1")
    counted = desk.post(NEW, {"level": "0", "states": "TX", "name": "Texas", "count": "yes"})
    assert "CCNs meant now 2" in words(counted)
    assert value_of(counted, "name") == "Texas"
    assert not Campaign.objects.exists()


def test_an_address_that_comes_back_is_not_counted(desk: Client) -> None:
    campaigns.contact(make.provider(), "dead@home.example")
    bounces.flag("dead@home.example", reason="550 5.1.1", sent_at=timezone.now())
    said = words(desk.post("/campaigns/new/count/", {"level": "0"}))
    assert said == "CCNs meant now 1 Addresses to write to 0 CCNs without an address 1"


def test_a_link_from_another_page_fills_the_form(desk: Client) -> None:
    chain, _homes = make.chain(1, "SUNRISE HOMES")
    query = f"?states=TX&states=XX&kinds=snf,nothing&chain={chain.pk}&chain=9999&level=1"
    page = desk.get(NEW + query)
    html = page.content.decode()
    assert value_of(page, "chains") == "Sunrise Homes"
    for name, value in (("level", "1"), ("states", "TX"), ("kinds", "snf")):
        [box] = [
            part
            for part in html.split("<input")
            if f'name="{name}"' in part and f'value="{value}"' in part
        ]
        assert "checked" in box.split(">")[0]
    assert html.count("checked") == 3


@pytest.mark.parametrize(
    ("said", "field", "error"),
    [
        ({"level": "0"}, "name", "Give the campaign a name."),
        ({"name": "Texas", "level": []}, "level", "Choose one of the two."),
        ({"name": "T", "level": "2"}, "level", "Choose one of the two."),
        ({"name": "T", "level": "0", "states": "XX"}, "states", "Choose states from the list."),
        ({"name": "T", "level": "0", "program": "no"}, "program", "Choose a program"),
        ({"name": "T", "level": "0", "chains": "Sunris"}, "chains", "Did you mean: Sunrise"),
        ({"name": "T", "level": "0", "chains": "x" * 99}, "chains", "No chain is called"),
        ({"name": "Taken", "level": "0"}, "name", "There is a campaign of this name"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(
    desk: Client, said: dict[str, Any], field: str, error: str
) -> None:
    make.chain(1, "SUNRISE HOMES")
    Campaign.objects.create(
        name="Taken", level=0, created_by=make.reviewer(), created_at=timezone.now()
    )
    answer = desk.post(NEW, said)
    assert answer.status_code == 422
    if field in {"level", "states"}:
        assert error in words(answer)
    else:
        assert field_error(answer, field).startswith(error) or error in field_error(answer, field)
    assert Campaign.objects.count() == 1


def test_a_campaign_that_means_nobody_is_not_made(desk: Client) -> None:
    answer = desk.post(NEW, {"name": "Nobody", "level": "0", "states": "WY"})
    assert answer.status_code == 422
    assert "No provider is meant." in words(answer)
    assert not Campaign.objects.exists()


def test_a_campaign_begins_with_a_draft_that_can_be_read(desk: Client) -> None:
    home = make.provider("015009", name="BURNS NURSING HOME")
    campaigns.contact(home)
    answer = desk.post(NEW, {"name": "Alabama", "level": "0", "states": "AL"}, follow=True)
    said = words(answer)
    assert "015009 Burns Nursing Home, Mobile, AL" in said
    assert "Action needed: name a Provider Security Official for CCN 015009" in said
    assert "PSOs can ask for their role: since October 3, 2022" in said
    assert "{{" not in said
    assert AuditEvent.objects.filter(type="campaign_created").exists()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("{{ providers }} {{ provider_name }}", "{{ provider_name }} cannot be filled in here."),
        ("{{ providers }} {{ ccns }", "{{ cannot be filled in here."),
        ("{{ providers }} }}", "}} cannot be filled in here."),
        ("Hello", "Say which CCNs it is about"),
        ("", "Write the message."),
        ("x" * 8001, "Write at most 8,000 characters."),
    ],
)
def test_a_message_that_cannot_be_filled_in_is_refused(desk: Client, body: str, error: str) -> None:
    make.provider()
    step = campaigns.draft()
    answer = desk.post(page_of(step, "edit"), {"subject": "Hello", "body": body})
    assert answer.status_code == 422
    assert field_error(answer, "body").startswith(error)
    step.refresh_from_db()
    assert step.subject != "Hello"


def test_a_subject_takes_only_what_fits_on_a_line(desk: Client) -> None:
    make.provider()
    step = campaigns.draft()
    said = {"subject": "For {{ providers }}", "body": "{{ providers }}"}
    answer = desk.post(page_of(step, "edit"), said)
    assert "{{ ccns }}, {{ program }}" in field_error(answer, "subject")


def test_the_message_is_kept_and_previewed_for_any_ccn(desk: Client) -> None:
    make.provider("015009", name="BURNS {{ phone }} HOME")
    make.provider("015010")
    step = campaigns.draft()
    said = {"subject": "For {{ccns}}", "body": "Dear all\r\n\r\n{{  providers }}"}
    assert desk.post(page_of(step, "edit"), said).status_code == 302
    page = words(desk.get(page_of(step), {"ccn": "01-5009"}))
    assert "For CCN 015009" in page
    assert "burns {{ phone }} home" in page.lower()
    assert "There is no provider with this CCN" in words(desk.get(page_of(step), {"ccn": "x"}))


def test_a_test_goes_to_oneself(desk: Client, reviewer: User) -> None:
    campaigns.homes(1)
    step = campaigns.draft()
    desk.post(page_of(step, "test"))
    [email] = OutgoingEmail.objects.all()
    assert (email.to_address, email.priority) == (reviewer.email, OutgoingEmail.Priority.DECISION)
    assert email.subject.startswith("Test: Action needed")
    assert "/not-me/" not in email.body_text


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("draft", "start", "sending"),
        ("draft", "pause", ""),
        ("draft", "resume", ""),
        ("sending", "start", ""),
        ("sending", "pause", "paused"),
        ("sending", "resume", ""),
        ("paused", "start", ""),
        ("paused", "pause", ""),
        ("paused", "resume", "sending"),
        ("done", "start", ""),
        ("done", "pause", ""),
        ("done", "resume", ""),
    ],
)
def test_each_button_does_its_step_or_says_why_not(
    desk: Client, before: str, name: str, after: str
) -> None:
    campaigns.homes(1)
    step = campaigns.draft()
    if before != "draft":
        campaigns.start(step)
    if before == "paused":
        steps.pause(step.pk, by=step.created_by)
    if before == "done":
        CampaignLetter.objects.update(state=CampaignLetter.State.REMOVED)
        campaigns.next_batch(step)
    answer = desk.post(page_of(step, name), {"read": steps.digest_of_words(step)})
    assert answer.status_code == (302 if after else 409)
    if not after:
        assert 'role="alert"' in answer.content.decode()
    step.refresh_from_db()
    assert step.state == (after or before)


@pytest.mark.parametrize("name", ["start", "pause", "resume", "edit"])
def test_sending_asks_for_a_fresh_factor(name: str, reviewer: User) -> None:
    campaigns.homes(1)
    step = campaigns.draft()
    client = browser_of(reviewer)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    answer = client.post(page_of(step, name), {"subject": "x", "body": "{{ providers }}"})
    assert answer.status_code == 302
    assert "/accounts/2fa/" in answer["Location"]
    step.refresh_from_db()
    assert step.state == CampaignStep.State.DRAFT
    assert step.subject != "x"


def test_the_progress_asks_again_only_while_it_is_being_sent(desk: Client) -> None:
    campaigns.homes(2)
    step = campaigns.started()
    watched = desk.get(page_of(step, "progress"))
    assert 'hx-trigger="every 2s"' in watched.content.decode()
    assert "0 of 2 emails sent or left out" in words(watched)
    steps.pause(step.pk, by=step.created_by)
    paused = desk.get(page_of(step, "progress"))
    assert paused["HX-Refresh"] == "true"
    assert "hx-trigger" not in paused.content.decode()


def test_pages_of_a_list_take_up_where_the_last_one_ended(desk: Client) -> None:
    for _ in range(30):
        make.provider()
    step = campaigns.started()
    first = desk.get(page_of(step, "ccns"))
    assert first.content.decode().count("portal-code") == 25
    second = desk.get(first.context["next_url"])
    assert second.content.decode().count("portal-code") == 5


def test_what_no_database_can_hold_breaks_no_page(desk: Client) -> None:
    campaigns.homes(1)
    step = campaigns.started()
    assert desk.get(page_of(step, "ccns") + "?after=%00").status_code == 200
    for said in ("program=%00", "states=%00", "chain=%00", "program=m%00ds"):
        assert desk.get(f"{NEW}?{said}").status_code == 200


def signed_in() -> Client:
    return browser_of(make.reviewer())


def list_page(rows: int) -> Taken:
    for _ in range(rows):
        campaigns.homes(1)
        campaigns.next_batch(campaigns.started())
    return taken(signed_in(), "/campaigns/")


def campaign_page(rows: int) -> Taken:
    campaigns.homes(rows)
    step = campaigns.started()
    for _ in range(rows):
        CampaignStep.objects.filter(campaign=step.campaign).update(
            state="done", started_at=timezone.now(), done_at=timezone.now()
        )
        steps.add_step(step.campaign_id, wording="reminder", by=step.created_by)
    return taken(signed_in(), step.campaign.get_absolute_url())


def step_page(rows: int) -> Taken:
    campaigns.homes(rows)
    step = campaigns.started()
    campaigns.next_batch(step)
    return taken(signed_in(), page_of(step))


def ccn_list(rows: int) -> Taken:
    campaigns.homes(rows)
    return taken(signed_in(), page_of(campaigns.started(), "ccns"))


@pytest.mark.parametrize(
    ("page", "most"), [(list_page, 8), (campaign_page, 11), (step_page, 11), (ccn_list, 8)]
)
def test_a_page_takes_the_same_for_one_row_and_for_many(page: Any, most: int) -> None:
    few, many = page(FEW), page(MANY)
    assert few == many
    assert many.queries <= most
