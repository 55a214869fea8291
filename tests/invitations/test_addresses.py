"""What the portal keeps and tells of the address of somebody who may have no account."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from access_requests.invitations import accepting, forgetting, inviting, sweeping
from access_requests.invitations.rules import CannotInvite
from access_requests.models import DayEvent, Invitation, InvitationLetter
from access_requests.tasks import forget_invited_addresses
from accounts import bounces
from accounts.models import AuditEvent, BouncedAddress, OutgoingEmail, User
from providers.models import Provider
from tests import builders as make
from tests.invitations.builders import ADDRESS, SAID, invite, link_of
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

NORA = "nora@sunrise-care.example"
WISHES = (DayEvent.NO_MORE_INVITATIONS, DayEvent.INVITATIONS_AGAIN)


def refused(step: Callable[[], object]) -> str:
    with pytest.raises(CannotInvite) as refusal:
        step()
    assert refusal.value.field == "address"
    return str(refusal.value)


def wishes() -> list[tuple[str, User | None, dict[str, int]]]:
    found = AuditEvent.objects.filter(type__in=WISHES).order_by("pk")
    return [(each.type, each.actor, each.details) for each in found]


def sent_anew(letter: InvitationLetter, by: User) -> InvitationLetter:
    later = letter.written_at + timedelta(days=2)
    with time_machine.travel(later, tick=False):
        return inviting.send_again(letter, by=by)


def rows_with(address: str) -> int:
    """In the tables that hold addresses of people without an account."""
    return (
        InvitationLetter.objects.filter(address=address).count()
        + Invitation.objects.filter(address=address).count()
        + OutgoingEmail.objects.filter(to_address=address).count()
        + BouncedAddress.objects.filter(address=address).count()
    )


def test_half_a_year_after_the_end_nobody_can_read_whom_it_was_for(
    home: Provider, pso: User
) -> None:
    letter = invite(pso, home, name="Olga Meyer")
    OutgoingEmail.objects.update(state="sent", sent_at=timezone.now())
    letter = sent_anew(letter, pso)
    link = link_of(letter)
    now = timezone.now()
    OutgoingEmail.objects.filter(pk=letter.email_id).update(
        state="bounced", sent_at=now, last_error=f"550 5.1.1 <{ADDRESS}> unknown"
    )
    bounces.flag(ADDRESS, reason="5.1.1", sent_at=now)
    Client().post(f"{link}decline/", {"no_more": "on"})
    sweeping.sweep()
    with time_machine.travel(now + forgetting.KEPT_FOR - timedelta(days=1), tick=False):
        assert forget_invited_addresses() == 0
        assert rows_with(ADDRESS) == 5
        before = words(browser_of(pso).get(letter.get_absolute_url()))
    assert "Olga Meyer" in before
    with time_machine.travel(now + forgetting.KEPT_FOR + timedelta(days=3), tick=False):
        assert forget_invited_addresses() == 1
        assert forget_invited_addresses() == 0
        page = words(browser_of(pso).get(letter.get_absolute_url()))
        assert "address was erased" in words(browser_of(pso).get("/invitations/"))
        # They want no more all the same, and may still say otherwise.
        assert "wants no invitations" in refused(lambda: invite(pso, home))
        assert Client().post(f"{link}decline/", {"allow": "yes"}).status_code == 302
        invite(pso, home)
    assert rows_with(ADDRESS) == 3
    assert "Declined" in page
    letter.refresh_from_db()
    assert (letter.address, letter.name) == ("", "")
    held = OutgoingEmail.objects.filter(pk=letter.email_id).values().get()
    assert ADDRESS not in str(held)
    assert "Erased, half a year after" in page
    assert "Olga Meyer" not in page


def test_what_is_open_or_was_accepted_keeps_its_address(home: Provider, pso: User) -> None:
    letter = invite(pso, home)
    other = invite(pso, home, address=NORA)
    accepting.accept(letter, [letter.invitations.get().pk], SAID, by=make.person())
    with time_machine.travel(timezone.now() + 2 * forgetting.KEPT_FOR, tick=False):
        assert forgetting.forget() == 0
        sweeping.sweep()
        # It ended only now.
        assert forgetting.forget() == 0
    letter.refresh_from_db()
    other.refresh_from_db()
    assert (letter.address, other.address) == (ADDRESS, NORA)


def test_the_flag_of_somebody_known_stays(home: Provider, pso: User) -> None:
    make.person(email=NORA)
    letter = invite(pso, home, address=NORA)
    bounces.flag(NORA, reason="5.1.1", sent_at=timezone.now())
    inviting.withdraw([letter.invitations.get().pk], by=pso)
    with time_machine.travel(timezone.now() + 2 * forgetting.KEPT_FOR, tick=False):
        assert forgetting.forget() == 1
    assert BouncedAddress.objects.filter(address=NORA).exists()


def test_no_more_and_its_undoing_are_in_the_trail_once_each(home: Provider, pso: User) -> None:
    letter = invite(pso, home)
    link = link_of(letter)
    accepting.accept(letter, [letter.invitations.get().pk], SAID, by=make.person())
    # Whoever used the link may say so as well.
    for _ in range(2):
        Client().post(f"{link}decline/", {"no_more": "on"})
    assert wishes() == [("no_more_invitations", None, {"letter": letter.pk})]
    reader = make.person()
    for _ in range(2):
        browser_of(reader).post(f"{link}decline/", {"allow": "yes"})
    assert wishes()[1:] == [("invitations_again", reader, {"letter": letter.pk})]
    kept = InvitationLetter.objects.values("no_more_digest").get()
    assert ADDRESS not in json.dumps([kept, [each[2] for each in wishes()]])


def test_an_old_link_takes_back_nothing_that_was_said_since(home: Provider, pso: User) -> None:
    old = invite(pso, home)
    others = make.provider(), make.provider()
    middle = invite(make.pso(others[0]), others[0], address=ADDRESS.upper())
    newest = invite(make.pso(others[1]), others[1])
    links = {each.pk: link_of(each) for each in (old, middle, newest)}

    def allowed(letter: InvitationLetter) -> bool:
        Client().post(f"{links[middle.pk]}decline/", {"no_more": "on"})
        browser = Client()
        page = browser.post(f"{links[letter.pk]}decline/", {"allow": "yes"}, follow=True)
        is_done = not InvitationLetter.objects.exclude(no_more_digest="").exists()
        assert ("can get invitations again" in words(page)) == is_done
        assert ("Nothing was changed" in words(page)) != is_done
        return is_done

    assert [allowed(each) for each in (old, middle, newest)] == [False, True, True]


def test_who_only_waits_reads_one_sentence_whatever_is_the_matter() -> None:
    quiet, waits = make.provider(), make.person()
    make.submit(waits, quiet)
    home = make.provider()
    pso = make.pso(home)
    letter = invite(pso, home, address="wants-none@sunrise-care.example")
    Client().post(f"{link_of(letter)}decline/", {"no_more": "on"})
    BouncedAddress.objects.create(address="dead@sunrise-care.example", since=timezone.now())
    for name in ("a", "b", "c"):
        other, there = make.person(), make.provider()
        make.submit(other, there)
        assert invite(other, there, code="pso", address="full@sunrise-care.example", name=name)
    said = {
        refused(
            lambda name=name: invite(  # type: ignore[misc]
                waits, quiet, code="pso", address=f"{name}@sunrise-care.example"
            )
        )
        for name in ("wants-none", "dead", "full")
    }
    assert len(said) == 1
    # Whoever waits uses up nothing of what a PSO may send to the address.
    assert invite(pso, home, address="full@sunrise-care.example")
