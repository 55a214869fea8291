"""An inviter who could not send it any more: its reader is told that, and what to do now."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from access_requests import workflow
from access_requests.invitations import accepting, forgetting, inviting, sweeping, throttle
from access_requests.invitations.rules import CannotInvite
from access_requests.models import InvitationLetter
from accounts.limits import counters
from accounts.models import OutgoingEmail, User
from providers.models import Provider
from tests import builders as make
from tests.invitations.builders import emails_to, invite, link_of
from tests.pages.browsing import words

pytestmark = pytest.mark.django_db
Capture = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]


def leave(pso: User) -> None:
    for role in pso.role_assignments.filter(status="active"):
        workflow.give_up(role.pk, by=pso)


def mark_sent(letter: InvitationLetter) -> None:
    OutgoingEmail.objects.filter(pk=letter.email_id).update(state="sent", sent_at=timezone.now())


@pytest.mark.parametrize("swept", [False, True])
@pytest.mark.parametrize(
    ("code", "has_pso", "who"),
    [
        ("assessment_submitter", True, "The provider’s PSOs decide."),
        ("pso", False, "CMS decides, because the provider has no PSO."),
        ("assessment_submitter", False, "Nobody can decide until the provider has a PSO."),
    ],
)
def test_the_page_says_why_and_who_decides_now(
    home: Provider, pso: User, code: str, has_pso: bool, who: str, swept: bool
) -> None:
    if has_pso:
        make.pso(home)
    link = link_of(invite(pso, home, code=code))
    leave(pso)
    if swept:
        assert sweeping.sweep() == 1
    page = words(Client().get(link))
    assert "Paula Stone can no longer invite you there, so the invitation has ended" in page
    assert who in page
    for untrue in ("withdrawn", "Or ask Paula Stone"):
        assert untrue not in page


def test_one_that_was_taken_back_says_so_and_whom_to_ask(home: Provider, pso: User) -> None:
    letter = invite(pso, home)
    link = link_of(letter)
    inviting.withdraw([letter.invitations.get().pk], by=pso)
    page = words(Client().get(link))
    assert "This invitation was withdrawn." in page
    assert "Or ask Paula Stone for a new invitation." in page


def test_a_closed_provider_is_said_and_not_offered(home: Provider, pso: User) -> None:
    link = link_of(invite(pso, home))
    Provider.objects.filter(pk=home.pk).update(closed_on=timezone.localdate())
    sweeping.sweep()
    page = words(Client().get(link))
    assert "The provider has closed, so nobody can get access there." in page
    assert "Ask for the role" not in page


def test_the_invited_person_gets_one_email_when_it_ends(home: Provider, pso: User) -> None:
    other = make.provider(name="OTHER HOME")
    make.pso(other, pso, by=make.reviewer())
    make.pso(other)
    letter = invite(pso, home, other)
    mark_sent(letter)
    leave(pso)
    assert sweeping.sweep() == 2
    assert sweeping.sweep() == 0
    [_invitation, told] = emails_to()
    assert told.subject == "Your invitation to 2 providers has ended"
    for said in (
        f"Burns Nursing Home (CCN {home.ccn}), invited by Paula Stone. Nobody can decide until",
        f"Other Home (CCN {other.ccn}), invited by Paula Stone. The provider’s PSOs decide.",
        "/requests/new/",
        "Ask for the role yourself",
    ):
        assert said in told.body_text
    assert "/invitations/open/" not in told.body_text
    # Half a year later nobody reads there whom it was for.
    with time_machine.travel(timezone.now() + forgetting.KEPT_FOR + timedelta(days=3), tick=False):
        assert forgetting.forget() == 1
    assert not emails_to()


def test_of_one_ccn_it_leads_to_the_form_filled_in(home: Provider, pso: User) -> None:
    letter = invite(pso, home, code="pso")
    mark_sent(letter)
    leave(pso)
    sweeping.sweep()
    told = emails_to()[1]
    assert told.subject == f"Your invitation has ended: Burns Nursing Home (CCN {home.ccn})"
    assert "CMS decides, because the provider has no PSO." in told.body_text
    assert f"/requests/new/?ccn={home.ccn}&role=pso" in told.body_text


def test_it_is_told_to_nobody_who_had_no_email_or_wants_none(home: Provider, pso: User) -> None:
    invite(pso, home)
    nora = invite(pso, home, address="nora@sunrise-care.example")
    mark_sent(nora)
    earlier = invite(pso, home, code="assessment_viewer", address="nora@sunrise-care.example")
    accepting.decline(earlier, by=None, wants_no_more=True)
    leave(pso)
    assert sweeping.sweep() == 2
    assert len(emails_to()) == 1
    assert len(emails_to("nora@sunrise-care.example")) == 2


def test_it_uses_up_nothing_of_what_inviters_may_send(
    home: Provider, pso: User, django_capture_on_commit_callbacks: Capture
) -> None:
    fellow = make.pso(home)
    for code in ("assessment_submitter", "assessment_viewer"):
        mark_sent(invite(pso, home, code=code))
    leave(pso)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweeping.sweep() == 2
    assert len(emails_to()) == 3
    # The third invitation of the day is still to be had; the fourth is not.
    mark_sent(invite(fellow, home, code="pso"))
    with pytest.raises(CannotInvite, match="several invitations lately"):
        invite(fellow, home, code="assessment_viewer")
    # Nor do they use up what may be told.
    leave(fellow)
    assert sweeping.sweep() == 1
    assert len(emails_to()) == 5


def test_an_address_is_told_so_many_times_and_what_was_undone_does_not_count(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Capture
) -> None:
    monkeypatch.setattr(throttle, "TO_AN_ADDRESS", ((2, 60), (3, 600)))
    for told in (1, 2, 2):
        waits = make.submit(make.person(), make.provider())
        mark_sent(invite(waits.requester, waits.provider, code="pso"))
        workflow.withdraw(waits.pk, by=waits.requester)
        for _ in range(2):
            with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
                assert sweeping.sweep() == 1
                transaction.set_rollback(True)
        with django_capture_on_commit_callbacks(execute=True):
            assert sweeping.sweep() == 1
        ended = [each for each in emails_to() if "has ended" in each.subject]
        assert len(ended) == told
        # Only what may be told is counted here.
        counters.forget("invited:waiting:")


@pytest.mark.parametrize("given_up", [1, 2])
def test_it_says_so_where_the_link_still_works_for_another_ccn(given_up: int) -> None:
    pso, reviewer = make.person(full_name="Paula Stone"), make.reviewer()
    homes = [make.provider() for _ in range(3)]
    for each in homes:
        make.pso(each, pso, by=reviewer)
    letter = invite(pso, *homes)
    link = link_of(letter)
    mark_sent(letter)
    for role in pso.role_assignments.filter(provider__in=homes[:given_up]):
        workflow.give_up(role.pk, by=pso)
    assert sweeping.sweep() == given_up
    said = " ".join(emails_to()[1].body_text.split())
    if given_up == 1:
        assert "the link in that email no longer works for this CCN. For the other CCNs" in said
    else:
        assert "Other CCNs that you were invited to with them can still be accepted" in said
    assert "Sign in and go on" in words(Client().get(link))
    # Of the rest there is nothing left to say so of.
    leave(pso)
    assert sweeping.sweep() == 3 - given_up
    last = " ".join(emails_to()[2].body_text.split())
    assert "still" not in last
    assert "no longer work" in last


def test_one_sent_again_had_left_before(home: Provider, pso: User) -> None:
    letter = invite(pso, home)
    mark_sent(letter)
    with time_machine.travel(letter.written_at + timedelta(days=2), tick=False):
        inviting.send_again(letter, by=pso)
        leave(pso)
        sweeping.sweep()
    assert emails_to()[-1].subject.startswith("Your invitation has ended")
