"""What time does: an invitation ends on a business day, once, however many sweeps run; and links
that have left by email are kept no longer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from access_requests import workflow
from access_requests.invitations import accepting, inviting, sweeping
from access_requests.models import AccessRequest, DayEvent, Invitation, InvitationLetter
from access_requests.tasks import end_invitations
from accounts import bounces
from accounts.mail import delivery, outbox
from accounts.models import AuditEvent, Notice, OutgoingEmail, User
from providers.models import Provider
from tests import builders as make
from tests.access_requests.racing import at_once, held, wait_until_somebody_waits
from tests.invitations.builders import ADDRESS, SAID, emails_to, invite, link_of
from tests.mail_server import MailServer


def at(text: str) -> datetime:
    """Eastern Time."""
    return timezone.make_aware(datetime.fromisoformat(text))


def home_of(pso: User) -> Provider:
    home = make.provider()
    make.pso(home, pso)
    return home


@pytest.mark.parametrize(
    ("sent", "days", "last"),
    [
        # A week on is a Saturday, and Monday a business day.
        ("2026-11-14T10:00", 7, "2026-11-23"),
        # Thanksgiving, a Thursday.
        ("2026-11-19T10:00", 7, "2026-11-27"),
        # A Saturday before a Monday that is a holiday (Labor Day).
        ("2026-08-29T10:00", 7, "2026-09-08"),
        # Two weeks to a plain Wednesday; late in the evening it is still that day in the East.
        ("2026-11-04T23:30", 14, "2026-11-18"),
    ],
)
def test_the_last_day_is_a_business_day(sent: str, days: int, last: str) -> None:
    end = inviting.expiry_of(days, at(sent))
    assert Invitation(expires_at=end).last_day == date.fromisoformat(last)


@pytest.mark.django_db
def test_it_can_be_accepted_until_the_last_minute_of_that_day() -> None:
    pso, olga = make.person(), make.person(email=ADDRESS)
    home = home_of(pso)
    with time_machine.travel(at("2026-11-19T10:00"), tick=False):
        letter = invite(pso, home, days=7)
        other = invite(pso, home, days=7, address="nora@sunrise-care.example")
    with time_machine.travel(at("2026-11-27T23:59:00"), tick=False):
        assert sweeping.sweep() == 0
        [outcome] = accepting.accept(letter, [letter.invitations.get().pk], SAID, by=olga)
        assert outcome.request is not None
    with time_machine.travel(at("2026-11-28T00:00"), tick=False):
        [late] = accepting.accept(other, [other.invitations.get().pk], SAID, by=make.person())
        assert "expired" in late.refusal
        assert end_invitations() == 1
        assert end_invitations() == 0
        # Over, it stands in nobody's way.
        invite(pso, home, address="nora@sunrise-care.example")
    assert other.invitations.get().ended_how == "expired"
    told = Notice.objects.get(recipient=pso, kind="invitation_expired")
    assert "November 27, 2026" in told.body
    assert AuditEvent.objects.get(type=DayEvent.INVITATION_EXPIRED).actor is None


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_end_and_tell_once() -> None:
    """One that another has in hand is passed over, not waited for."""
    pso, reviewer = make.person(), make.reviewer()
    homes = [make.provider() for _ in range(4)]
    for home in homes:
        make.pso(home, pso, by=reviewer)
    with time_machine.travel(at("2026-11-02T10:00"), tick=False):
        for number, home in enumerate(homes):
            invite(pso, home, days=7, address=f"n{number}@sunrise-care.example")
    with time_machine.travel(at("2026-11-16T10:00")):
        with held(Invitation.objects.earliest("pk")):
            assert sweeping.sweep() == 3
        assert sorted(at_once([sweeping.sweep, sweeping.sweep])) == [0, 1]
    assert Notice.objects.filter(kind="invitation_expired").count() == 4
    assert AuditEvent.objects.filter(type=DayEvent.INVITATION_EXPIRED).count() == 4


@pytest.mark.django_db(transaction=True)
def test_what_ends_while_somebody_accepts_is_not_accepted() -> None:
    pso = make.person()
    letter = invite(pso, home_of(pso))
    invitation = letter.invitations.get()
    people = [make.person(), make.person()]
    with held(invitation) as other, ThreadPoolExecutor(1) as pool:
        step = partial(accepting.accept, letter, [invitation.pk], SAID, by=people[0])
        waiting = pool.submit(lambda: at_once([step])[0])
        wait_until_somebody_waits()
        other.execute(
            "UPDATE access_requests_invitation SET ended_at = now(), ended_how = 'withdrawn'"
            " WHERE id = %s",
            [invitation.pk],
        )
        other.connection.commit()
        [outcome] = waiting.result(30)
    assert "withdrawn" in outcome.refusal
    assert not AccessRequest.objects.filter(requester__in=people).exists()


@pytest.mark.django_db(transaction=True)
def test_accepting_and_withdrawing_a_letter_at_once_wait_for_each_other() -> None:
    """Whatever the order of the CCNs, both lock in the order of the invitations."""
    pso, reviewer = make.person(), make.reviewer()
    homes = [make.provider("015990", name="AAA"), make.provider("015001", name="ZZZ")]
    for home in homes:
        make.pso(home, pso, by=reviewer)
    letter = invite(pso, *homes)
    rows = list(letter.invitations.order_by("pk"))
    ids = [each.pk for each in rows]
    assert rows[0].provider == homes[0]
    accept = partial(accepting.accept, letter, ids, SAID, by=make.person())
    with held(rows[1]) as other, ThreadPoolExecutor(1) as pool:
        accepting_them = pool.submit(lambda: at_once([accept])[0])
        wait_until_somebody_waits()
        # The first is locked, since it waits for the second: nobody else can have it meanwhile.
        other.execute(
            "SELECT id FROM access_requests_invitation WHERE id = ANY(%s)"
            " FOR NO KEY UPDATE SKIP LOCKED",
            [ids],
        )
        free = other.fetchall()
        # Before anything is asserted: the other one would wait for ever.
        other.connection.rollback()
        outcomes = accepting_them.result(30)
    assert free == [(ids[1],)]
    assert [each.request is not None for each in outcomes] == [True, True]
    # Told in the order of the CCNs all the same.
    assert [each.invitation.provider.ccn for each in outcomes] == ["015001", "015990"]


@pytest.mark.django_db(transaction=True)
def test_two_people_with_one_link_file_one_request() -> None:
    pso = make.person()
    letter = invite(pso, home_of(pso))
    ids = [letter.invitations.get().pk]
    steps = [partial(accepting.accept, letter, ids, SAID, by=make.person()) for _ in range(2)]
    refusals = sorted(outcome.refusal for [outcome] in at_once(steps))
    assert refusals == ["", "This invitation was already used."]
    assert AccessRequest.objects.filter(invitation__isnull=False).count() == 1


@pytest.mark.django_db
def test_an_inviter_who_left_has_no_open_invitations() -> None:
    pso, waiting = make.person(), make.person()
    home, quiet = home_of(pso), make.provider()
    invite(pso, home)
    asked = make.submit(waiting, quiet)
    invite(waiting, quiet, code="pso", address="nora@sunrise-care.example")
    assert sweeping.sweep() == 0
    workflow.give_up(pso.role_assignments.get().pk, by=pso)
    workflow.withdraw(asked.pk, by=waiting)
    assert sweeping.sweep() == 2
    assert set(Invitation.objects.values_list("ended_how", flat=True)) == {"withdrawn"}
    assert {each.state for each in OutgoingEmail.objects.filter(invitation_letter__gt=0)} == {
        "dropped"
    }


@pytest.mark.django_db(transaction=True)
def test_once_it_has_left_the_link_is_kept_nowhere(smtp_server: MailServer) -> None:
    pso = make.person()
    letter = invite(pso, home_of(pso))
    link = link_of(letter)
    sweeping.sweep()
    assert link in emails_to()[0].body_text
    delivery.deliver()
    sweeping.sweep()
    [email] = emails_to()
    assert (email.state, email.body_text, email.body_html) == ("sent", "", "")
    assert email.list_unsubscribe == ""
    assert not InvitationLetter.objects.filter(email_holds_link=True).exists()
    assert link in smtp_server.wait_for(ADDRESS, "You are invited").as_string().replace("=\n", "")


@pytest.mark.django_db
def test_an_email_that_comes_back_is_told_to_the_inviter_once() -> None:
    pso = make.person()
    letter = invite(pso, home_of(pso))
    now = timezone.now()
    OutgoingEmail.objects.filter(pk=letter.email_id).update(state="bounced", sent_at=now)
    # An address that nobody has an account with, and the portal has written to.
    assert bounces.flag(ADDRESS, reason="5.1.1", sent_at=now)
    sweeping.sweep()
    sweeping.sweep()
    told = Notice.objects.get(recipient=pso, kind="invitation_not_delivered")
    assert told.path == letter.get_absolute_url()
    assert ADDRESS not in told.body


@pytest.mark.django_db
def test_one_that_failed_may_still_be_sent_by_hand() -> None:
    pso = make.person()
    letter = invite(pso, home_of(pso))
    OutgoingEmail.objects.filter(pk=letter.email_id).update(state="failed")
    sweeping.sweep()
    assert link_of(letter)
    outbox.send_failed_again(since=letter.written_at)
    assert emails_to()[0].state == "waiting"
