"""The link below each email: whoever has it can say that they are not the right person."""

from __future__ import annotations

import pytest
from django.test import Client

from access_requests.models import CampaignLetter, Contact
from accounts.mail import delivery
from accounts.models import AuditEvent
from tests import builders as make
from tests.campaigns import builders as campaigns
from tests.mail.sink import MailSink
from tests.pages.browsing import words

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
    assert Contact.objects.filter(removed_at=None).count() == 3


def test_only_what_was_ticked_is_removed(client: Client, letter: CampaignLetter) -> None:
    first, second, third = Contact.objects.order_by("pk")
    answer = client.post(path_to(letter), {"providers": [first.provider_id]}, follow=True)
    assert "Thank you." in words(answer)
    first.refresh_from_db()
    assert (first.removed_at is not None, bool(first.removed_why)) == (True, True)
    assert set(Contact.objects.filter(removed_at=None)) == {second, third}
    [line] = AuditEvent.objects.filter(type="contact_removed")
    assert (line.actor, line.ccn) == (None, first.provider.ccn)


def test_what_is_not_of_this_letter_cannot_be_removed(
    client: Client, letter: CampaignLetter
) -> None:
    *_two, third = Contact.objects.order_by("pk")
    for said in ([third.provider_id], ["x"], []):
        assert client.post(path_to(letter), {"providers": said}).status_code == 422
    assert Contact.objects.filter(removed_at=None).count() == 3


def test_a_second_time_there_is_nothing_to_do(client: Client, letter: CampaignLetter) -> None:
    said = {"providers": list(Contact.objects.values_list("provider", flat=True)[:2])}
    client.post(path_to(letter), said)
    assert client.post(path_to(letter), said).status_code == 200
    assert "There is nothing more to do" in words(client.get(path_to(letter)))
    assert AuditEvent.objects.filter(type="contact_removed").count() == 2


@pytest.mark.parametrize("token", ["1", "1:x", "x", "%00", "1:" + "a" * 5000])
def test_a_link_of_nobody_is_not_found(client: Client, letter: CampaignLetter, token: str) -> None:
    assert client.get(f"/campaigns/not-me/{token}/").status_code == 404


def test_whoever_declined_meanwhile_is_not_written_to(
    client: Client, letter: CampaignLetter, sink: MailSink
) -> None:
    campaigns.next_batch(letter.step)
    homes = list(Contact.objects.values_list("provider", flat=True)[:2])
    client.post(path_to(letter), {"providers": homes})
    assert delivery.deliver() == 0
    letter.refresh_from_db()
    assert letter.state == CampaignLetter.State.REMOVED
