"""The email of a campaign as it arrives, comes back, and stays behind that of decisions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from access_requests.models import Contact
from accounts import bounces
from accounts.mail import delivery
from accounts.mail.outbox import backlog
from accounts.models import OutgoingEmail
from tests.campaigns import builders as campaigns
from tests.mail.builders import owed
from tests.mail.sink import MailSink
from tests.mail_server import text_of

pytestmark = pytest.mark.django_db


def test_what_every_email_says(sink: MailSink) -> None:
    campaigns.homes(1)
    campaigns.next_batch(campaigns.started())
    delivery.deliver()
    [message] = [each for each in sink.taken if "home.example" in str(each["To"])]
    text = text_of(message)
    for said in (
        "Hello Ada Winter,",
        "has your address as a contact of this provider",
        "7500 Security Boulevard",
        "(800) 339-9313",
        "since November 15, 2022",
        "Vendors (billing",
        "/campaigns/not-me/",
    ):
        assert said in text
    assert "{{" not in text
    link = str(message["List-Unsubscribe"]).replace("\r\n", "").replace(" ", "")
    assert link.strip("<>") in text


def test_returned_email_flags_a_contact_without_an_account(sink: MailSink) -> None:
    campaigns.homes(2)
    first, second = sorted(Contact.objects.values_list("email", flat=True))
    sink.answer_to_address = lambda to: "550 5.1.1 No such user" if to == first else "250 OK"
    step = campaigns.started()
    campaigns.next_batch(step)
    delivery.deliver()
    assert OutgoingEmail.objects.get(to_address=first).state == "failed"
    assert bounces.is_bounced(first)
    assert not bounces.is_bounced(second)


def test_campaigns_make_nothing_late() -> None:
    campaigns.homes(2)
    campaigns.next_batch(campaigns.started())
    OutgoingEmail.objects.update(next_attempt_at=timezone.now() - timedelta(hours=1))
    assert (backlog().oldest_seconds, backlog().longest_due_seconds) == (0, 0)


def test_a_decision_goes_before_what_waits_of_a_campaign(sink: MailSink) -> None:
    campaigns.homes(2)
    campaigns.next_batch(campaigns.started())
    owed("A decision")
    delivery.deliver()
    assert sink.subjects()[0] == "A decision"
