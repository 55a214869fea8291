"""The link below each email: whoever has it can say that they are not the right person."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from access_requests.desk.steps import known_addresses
from access_requests.models import CampaignLetter, Contact
from accounts.mail import delivery
from accounts.models import AuditEvent, OutgoingEmail
from tests import builders as make
from tests.campaigns import builders as campaigns
from tests.mail.sink import MailSink
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> CampaignLetter:
    """To one address, for two CCNs; which is a contact of a third as well."""
    _chain, homes = make.chain(2)
    for home in homes:
        campaigns.contact(home, "chief@chain.example")
    step = campaigns.started()
    campaigns.contact(make.provider(), "chief@chain.example")
    return CampaignLetter.objects.get(step=step)


def path_to(letter: CampaignLetter) -> str:
    return f"/campaigns/not-me/{campaigns.token(letter)}/"


def test_opening_it_decides_nothing(client: Client, letter: CampaignLetter) -> None:
    page = client.get(path_to(letter))
    assert "CMS has c…@chain.example as a contact" in words(page)
    assert "chief@" not in page.content.decode()
    assert Contact.objects.filter(declined_at=None, removed_at=None).count() == 3


def test_only_what_was_ticked_gets_no_more_letters(client: Client, letter: CampaignLetter) -> None:
    first, second, third = Contact.objects.order_by("pk")
    answer = client.post(path_to(letter), {"providers": [first.provider_id]}, follow=True)
    assert "Thank you." in words(answer)
    assert set(Contact.objects.filter(declined_at=None)) == {second, third}
    [line] = AuditEvent.objects.filter(type="campaigns_declined")
    assert (line.actor, line.ccn) == (None, first.provider.ccn)
    later = campaigns.started()
    assert [each.provider for each in CampaignLetter.objects.get(step=later).targets.all()] == [
        second.provider,
        third.provider,
    ]


def test_whoever_declined_still_hears_of_claims_and_of_this(
    client: Client, letter: CampaignLetter
) -> None:
    """Anybody may have the letter: it silences nobody."""
    first = Contact.objects.earliest("pk")
    client.post(path_to(letter), {"providers": [first.provider_id]})
    [told] = OutgoingEmail.objects.filter(to_address=first.email)
    assert first.provider.ccn in told.body_text
    assert "undo it on the page below" in told.body_text
    asked = make.submit(make.person(), first.provider, "pso")
    assert OutgoingEmail.objects.filter(to_address=first.email).count() == 2
    assert first.email in known_addresses(first.provider, but=asked.requester)


def test_it_can_be_undone_by_the_link_in_the_email(client: Client, letter: CampaignLetter) -> None:
    first = Contact.objects.earliest("pk")
    client.post(path_to(letter), {"providers": [first.provider_id]})
    told = OutgoingEmail.objects.get(to_address=first.email)
    [link] = re.findall(r"/campaigns/not-me/[^/\s]+/", told.body_text)
    assert "Undo" in words(client.get(link))
    assert "writes to you" in words(client.post(link, {"undo": "yes"}, follow=True))
    assert not Contact.objects.exclude(declined_at=None).exists()
    assert AuditEvent.objects.get(type="campaigns_wanted").ccn == first.provider.ccn
    assert OutgoingEmail.objects.filter(to_address=first.email).count() == 1


def test_a_link_ends(client: Client, letter: CampaignLetter) -> None:
    path = path_to(letter)
    for days, status in ((179, 200), (181, 404)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert client.get(path).status_code == status
    assert "This link does not work" in words(client.get("/campaigns/not-me/1:x/"))


def test_a_letter_changes_ten_times_a_day(client: Client, letter: CampaignLetter) -> None:
    here = {"providers": [Contact.objects.earliest("pk").provider_id]}
    answers = [client.post(path_to(letter), said) for said in [here, {"undo": "yes"}] * 6]
    assert [each.status_code for each in answers] == [302] * 10 + [429] * 2


def test_cms_sees_who_wants_no_letters(client: Client, letter: CampaignLetter) -> None:
    Contact.objects.update(declined_at=timezone.now())
    desk = browser_of(make.reviewer())
    assert "Wants no campaign letters since" in words(desk.get("/contacts/"))
    file = b"".join(desk.get("/contacts/export/"))  # type: ignore[arg-type]
    assert b"No campaign letters since" in file
    said = words(desk.post("/campaigns/new/count/", {"level": "0"}))
    assert "Addresses to write to 0 CCNs without an address 3" in said
    assert "Addresses that want no campaign letters 1" in said
    campaigns.next_batch(letter.step)
    listed = f"/campaigns/steps/{letter.step.pk}/"
    page = words(desk.get(f"{listed}ccns/?which=on-paper"))
    assert page.count("A contact here wants no campaign letters") == 2
    paper = b"".join(desk.get(f"{listed}letters.csv"))  # type: ignore[arg-type]
    assert paper.count(b"A contact here wants no campaign letters") == 2


def test_what_is_not_of_this_letter_cannot_be_declined(
    client: Client, letter: CampaignLetter
) -> None:
    *_two, third = Contact.objects.order_by("pk")
    for said in ([third.provider_id], ["x"], []):
        assert client.post(path_to(letter), {"providers": said}).status_code == 422
    assert Contact.objects.filter(declined_at=None, removed_at=None).count() == 3


def test_a_second_time_there_is_nothing_to_do(client: Client, letter: CampaignLetter) -> None:
    said = {"providers": list(Contact.objects.values_list("provider", flat=True)[:2])}
    client.post(path_to(letter), said)
    assert client.post(path_to(letter), said).status_code == 200
    assert "There is nothing more to do." in words(client.get(path_to(letter)))
    assert AuditEvent.objects.filter(type="campaigns_declined").count() == 2
    assert OutgoingEmail.objects.filter(to_address=letter.address).count() == 1


@pytest.mark.parametrize("token", ["1", "1:x", "x", "%00", "1:" + "a" * 5000])
def test_a_link_of_nobody_is_not_found(client: Client, letter: CampaignLetter, token: str) -> None:
    assert client.get(f"/campaigns/not-me/{token}/").status_code == 404


def test_whoever_declined_meanwhile_is_not_written_to(
    client: Client, letter: CampaignLetter, sink: MailSink
) -> None:
    campaigns.next_batch(letter.step)
    homes = list(Contact.objects.values_list("provider", flat=True)[:2])
    client.post(path_to(letter), {"providers": homes})
    campaign = OutgoingEmail.objects.filter(campaign_letter=letter)
    delivery.deliver()
    assert campaign.get().state == OutgoingEmail.State.DROPPED
    letter.refresh_from_db()
    assert letter.state == CampaignLetter.State.REMOVED
