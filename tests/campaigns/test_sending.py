"""Who is listed, who is written to, and who has dropped out by then."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from access_requests import workflow
from access_requests.campaigns import sending, steps
from access_requests.models import (
    CampaignLetter,
    CampaignStep,
    CampaignTarget,
    Contact,
    RoleAssignment,
)
from accounts import bounces
from accounts.mail import delivery
from accounts.models import AuditEvent, OutgoingEmail
from tests import builders as make
from tests.campaigns import builders as campaigns
from tests.mail.sink import MailSink
from tests.mail_server import text_of

pytestmark = pytest.mark.django_db

Letter = CampaignLetter.State
Email = OutgoingEmail.State


def email_to(address: str) -> OutgoingEmail:
    """Of a campaign: contacts are also told when somebody asks to be PSO."""
    priority = OutgoingEmail.Priority.CAMPAIGN
    return OutgoingEmail.objects.get(to_address=address, priority=priority)


def test_one_letter_for_an_address_with_all_its_ccns() -> None:
    _chain, homes = make.chain(3)
    for home in homes:
        campaigns.contact(home, "Chief@Chain.example".lower())
    campaigns.contact(homes[0], "nurse@home.example")
    step = campaigns.started()
    campaigns.next_batch(step)
    assert set(campaigns.letters(step)) == {"chief@chain.example", "nurse@home.example"}
    to_chief = email_to("chief@chain.example")
    assert to_chief.subject.endswith("for 3 CCNs")
    assert all(home.ccn in to_chief.body_text for home in homes)
    to_nurse = email_to("nurse@home.example")
    assert homes[0].ccn in to_nurse.subject
    assert homes[1].ccn not in to_nurse.body_text


def test_only_open_providers_of_the_audience_are_listed() -> None:
    meant = make.provider(state="TX")
    closed = make.provider(state="TX", closed_on=timezone.now())
    elsewhere = make.provider(state="AL")
    ready = make.provider(state="TX")
    make.pso(ready)
    step = campaigns.started(states=["TX"])
    listed = set(CampaignTarget.objects.filter(step=step).values_list("provider", "level"))
    assert listed == {(meant.pk, 0)}
    assert not listed & {(closed.pk, 0), (elsewhere.pk, 0), (ready.pk, 1)}


def test_a_step_is_for_one_level_alone() -> None:
    none, one, two = make.provider(), make.provider(), make.provider()
    make.pso(one)
    make.pso(two)
    make.pso(two)
    for level, meant in ((0, none), (1, one)):
        step = campaigns.started(level)
        listed = CampaignTarget.objects.filter(step=step).values_list("provider", "level")
        assert set(listed) == {(meant.pk, level)}


def test_no_contact_twice_for_a_step() -> None:
    [home] = campaigns.homes(1)
    step = campaigns.started()
    letter = CampaignLetter.objects.get(step=step)
    with pytest.raises(IntegrityError, match="campaign_letter_once"), transaction.atomic():
        CampaignLetter.objects.create(step=step, address=letter.address, changed_at=timezone.now())
    with pytest.raises(IntegrityError, match="campaign_target_once"), transaction.atomic():
        CampaignTarget.objects.create(step=step, provider=home, level=0)


def test_a_step_starts_once() -> None:
    campaigns.homes(1)
    step = campaigns.started()
    with pytest.raises(steps.Refused):
        campaigns.start(step)
    assert AuditEvent.objects.filter(type="campaign_started").count() == 1


def test_nothing_is_started_for_nobody() -> None:
    campaigns.homes(1)
    step = campaigns.draft(states=["WY"])
    with pytest.raises(steps.Refused):
        campaigns.start(step)
    step.refresh_from_db()
    assert step.state == CampaignStep.State.DRAFT


def test_what_is_no_longer_wanted_is_dropped_when_the_batch_is_made() -> None:
    homes = campaigns.homes(5)
    addresses = [Contact.objects.get(provider=home).email for home in homes]
    step = campaigns.started()
    make.pso(homes[0])
    bounces.flag(addresses[1], reason="550 5.1.1", sent_at=timezone.now())
    Contact.objects.filter(email=addresses[2]).update(removed_at=timezone.now(), removed_why="Gone")
    homes[3].closed_on = timezone.now().date()
    homes[3].save()
    campaigns.next_batch(step)
    states = campaigns.letters(step)
    assert [states[address] for address in addresses] == [
        *(Letter.READY, Letter.UNDELIVERABLE, Letter.REMOVED, Letter.REMOVED),
        Letter.HANDED_OVER,
    ]
    campaign_mail = OutgoingEmail.objects.filter(priority=OutgoingEmail.Priority.CAMPAIGN)
    assert [each.to_address for each in campaign_mail] == [addresses[4]]


def test_a_ccn_that_became_ready_in_the_outbox_drops_out_at_the_last_look(sink: MailSink) -> None:
    homes = campaigns.homes(2)
    first, second = (Contact.objects.get(provider=home).email for home in homes)
    step = campaigns.started()
    campaigns.next_batch(step)
    make.pso(homes[0])
    delivery.deliver()
    assert campaigns.letters(step) == {first: Letter.READY, second: Letter.HANDED_OVER}
    assert (email_to(first).state, email_to(second).state) == (Email.DROPPED, Email.SENT)
    assert not sink.subjects().count(email_to(first).subject)


def test_a_letter_for_several_goes_on_without_the_one_that_is_ready(sink: MailSink) -> None:
    _chain, homes = make.chain(2)
    for home in homes:
        campaigns.contact(home, "chief@chain.example")
    step = campaigns.started()
    campaigns.next_batch(step)
    make.pso(homes[0])
    delivery.deliver()
    [message] = [each for each in sink.taken if str(each["Subject"]).startswith("Action needed")]
    assert message["Subject"].endswith(f"for CCN {homes[1].ccn}")
    assert homes[0].ccn not in text_of(message)
    assert homes[1].ccn in text_of(message)


def test_a_second_pso_drops_a_ccn_of_level_one(sink: MailSink) -> None:
    home = make.provider()
    make.pso(home)
    campaigns.contact(home, "one@home.example")
    step = campaigns.started(1)
    assert "second" in step.subject
    campaigns.next_batch(step)
    make.pso(home)
    delivery.deliver()
    assert email_to("one@home.example").state == Email.DROPPED


def test_a_ccn_that_lost_its_one_pso_is_not_told_that_it_has_one(sink: MailSink) -> None:
    homes = [make.provider(), make.provider()]
    psos = [make.pso(home) for home in homes]
    for home in homes:
        campaigns.contact(home, f"c{home.ccn}@home.example")
    step = campaigns.started(1)
    workflow.give_up(RoleAssignment.objects.get(user=psos[0]).pk, by=psos[0])
    campaigns.next_batch(step)
    early, late = (f"c{home.ccn}@home.example" for home in homes)
    assert campaigns.letters(step) == {early: Letter.READY, late: Letter.HANDED_OVER}
    workflow.give_up(RoleAssignment.objects.get(user=psos[1]).pk, by=psos[1])
    delivery.deliver()
    assert email_to(late).state == Email.DROPPED


def test_pause_holds_what_waits_and_resume_lets_it_go(sink: MailSink) -> None:
    campaigns.homes(3)
    step = campaigns.started()
    campaigns.next_batch(step)
    ids = set(OutgoingEmail.objects.values_list("message_id", flat=True))
    steps.pause(step.pk, by=step.created_by)
    assert delivery.deliver() == 0
    assert campaigns.next_batch(step) is None
    steps.resume(step.pk, by=step.created_by)
    assert delivery.deliver() == 3
    assert {str(each["Message-ID"])[1:37] for each in sink.taken} == {str(each) for each in ids}
    assert campaigns.next_batch(step) is None
    step.refresh_from_db()
    assert step.state == CampaignStep.State.DONE
    told = AuditEvent.objects.filter(type__startswith="campaign_").order_by("pk")
    assert [each.type.removeprefix("campaign_") for each in told] == [
        *("created", "started", "paused", "resumed", "done"),
    ]


def test_what_slips_through_a_pause_waits(sink: MailSink) -> None:
    """The worker had it in hand, and the server put it off; then it is due again."""
    campaigns.homes(1)
    step = campaigns.started()
    campaigns.next_batch(step)
    steps.pause(step.pk, by=step.created_by)
    OutgoingEmail.objects.update(next_attempt_at=timezone.now())
    delivery.deliver()
    [email] = OutgoingEmail.objects.all()
    assert (email.state, email.attempts) == (Email.WAITING, 0)
    assert email.next_attempt_at > timezone.now()
    assert not sink.taken


def test_the_outbox_holds_little_of_a_campaign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BATCH", 2)
    monkeypatch.setattr(sending, "MOST_DUE", 3)
    campaigns.homes(6)
    step = campaigns.started()
    for _ in range(4):
        assert campaigns.next_batch(step) == 1
    assert OutgoingEmail.objects.filter(state=Email.WAITING).count() == 3


def test_two_chains_of_tasks_do_not_work_on_one_step() -> None:
    campaigns.homes(1)
    step = campaigns.started()
    assert sending.turn(step.pk) == 1
    assert sending.turn(step.pk) is None
    assert sending.steps_to_take_up() == []
    CampaignStep.objects.update(next_batch_at=timezone.now())
    assert sending.steps_to_take_up() == [step.pk]


def test_a_reminder_goes_to_those_who_are_still_not_ready(sink: MailSink) -> None:
    homes = campaigns.homes(2)
    step = campaigns.started()
    later = steps.add_step(step.campaign_id, wording="reminder", by=step.created_by)
    with pytest.raises(steps.Refused):
        campaigns.start(later)
    campaigns.next_batch(step)
    delivery.deliver()
    campaigns.next_batch(step)
    make.pso(homes[0])
    reminder = campaigns.start(later)
    assert set(campaigns.letters(reminder)) == {Contact.objects.get(provider=homes[1]).email}
    with pytest.raises(steps.Refused):
        steps.change_words(reminder.pk, subject="x", body="y", by=reminder.created_by)


def test_a_last_look_that_fails_stops_nobody(
    sink: MailSink, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    campaigns.homes(1)
    step = campaigns.started()
    campaigns.next_batch(step)
    letter = CampaignLetter.objects.get()
    monkeypatch.setattr("access_requests.campaigns.standing.of_letters", lambda *_: {}[letter.pk])
    assert delivery.deliver() == 0
    email = OutgoingEmail.objects.get()
    assert (email.state, email.attempts) == (Email.WAITING, 1)
    assert "the last look failed" in caplog.text
    # It counts as tried, so that the step comes to its end; and one day it is given up.
    assert campaigns.next_batch(step) is None
    again = {"attempts": delivery.MAX_ATTEMPTS - 1, "next_attempt_at": timezone.now()}
    OutgoingEmail.objects.update(**again)
    assert delivery.deliver() == 0
    assert OutgoingEmail.objects.get().state == Email.FAILED


def test_the_first_pso_counts_wherever_it_comes_from() -> None:
    """A CCN whose PSO goes again is written to again: by the next step."""
    [home] = campaigns.homes(1)
    pso = make.pso(home)
    step = campaigns.draft()
    with pytest.raises(steps.Refused):
        campaigns.start(step)
    workflow.give_up(RoleAssignment.objects.get(user=pso).pk, by=pso)
    campaigns.start(step)
    assert CampaignTarget.objects.get(step=step).level == 0
