"""The invited person: opening does nothing, accepting files a request, and it is still decided."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from access_requests import policy, workflow
from access_requests.invitations import accepting, inviting
from access_requests.invitations.accepting import Said
from access_requests.models import AccessRequest, DayEvent, Invitation
from accounts import kept_forms
from accounts.models import AuditEvent, Notice, User
from providers.models import Provider
from tests import builders as make
from tests.invitations.builders import ADDRESS, SAID, invite, link_of
from tests.pages.browsing import browser_of, field_error, words

pytestmark = pytest.mark.django_db

FORM = {"job_title": "Nurse", "employer": "Sunrise Care LLC"}


@pytest.fixture
def olga() -> User:
    return make.person(email=ADDRESS, full_name="Olga Meyer")


def test_opening_does_nothing_and_says_who_and_what(home: Provider, pso: User) -> None:
    link = link_of(invite(pso, home))
    before = Invitation.objects.values().get()
    page = Client().get(link)
    assert page.status_code == 200
    for said in ("Paula Stone", "Burns Nursing Home", home.ccn, "Assessment Submitter"):
        assert said in words(page)
    # Whoever was handed the link does not read to whom it was sent.
    assert ADDRESS not in page.content.decode()
    assert Client().get(f"{link}accept/").status_code == 302
    assert Invitation.objects.values().get() == before
    assert "no-store" in page["Cache-Control"]


def test_accepted_it_is_a_request_that_is_still_to_be_decided(
    home: Provider, pso: User, olga: User
) -> None:
    link = link_of(invite(pso, home, ends_on=timezone.localdate() + timedelta(days=90)))
    browser = browser_of(olga)
    assert kept_forms.may_be_kept(f"{link}accept/")
    form = browser.get(f"{link}accept/").content.decode()
    assert not re.search(r'name="(ccn|role|affiliation|administrator_name|chosen)"', form)
    assert "(optional)" not in form
    # What the invitation says cannot be changed by whoever accepts.
    sent = browser.post(f"{link}accept/", FORM | {"role": "pso", "affiliation": "vendor"})
    filed = AccessRequest.objects.get(requester=olga)
    assert sent["Location"] == filed.get_absolute_url()
    assert (filed.role_id, filed.affiliation) == ("assessment_submitter", "employed")
    assert (filed.provider, filed.status) == (home, "pending")
    invitation = Invitation.objects.get()
    assert (invitation.ended_how, invitation.accepted_by) == ("accepted", olga)
    line = AuditEvent.objects.get(type=DayEvent.INVITATION_ACCEPTED)
    assert (line.actor, line.person, line.request_id) == (olga, olga, filed.pk)
    assert not olga.role_assignments.exists()
    page = browser_of(pso).get(filed.get_absolute_url())
    assert "By invitation" in words(page)
    assert "The account has the address that was invited." in words(page)
    assert Notice.objects.filter(recipient=pso, kind="request_to_decide").count() == 1
    workflow.approve(filed.pk, by=pso)
    assert olga.role_assignments.get().ends_on == invitation.ends_on


def test_another_address_than_the_invited_is_said_to_whoever_decides(
    home: Provider, pso: User
) -> None:
    other = make.person(full_name="Otto Other")
    [outcome] = accepting.accept(*_letter(pso, home), SAID, by=other)
    assert outcome.request is not None
    page = words(browser_of(pso).get(outcome.request.get_absolute_url()))
    assert "another address than the one that was invited" in page
    assert ADDRESS not in page
    mine = words(browser_of(other).get(outcome.request.get_absolute_url()))
    assert "another address" not in mine


def test_an_invited_colleague_becomes_the_first_pso(olga: User) -> None:
    quiet, waits = make.provider(), make.person(full_name="Wanda Waits")
    asked = make.submit(waits, quiet)
    link = link_of(invite(waits, quiet, code="pso"))
    browser = browser_of(olga)
    faulty = browser.post(f"{link}accept/", FORM)
    assert faulty.status_code == 422
    assert "CMS calls to confirm" in field_error(faulty, "administrator_name")
    assert Invitation.objects.get().is_open
    contact = {"administrator_name": "Ada Winter", "administrator_contact": "(555) 010-0100"}
    assert browser.post(f"{link}accept/", FORM | contact).status_code == 302
    claim = AccessRequest.objects.get(requester=olga)
    assert claim.is_for_pso_role
    # Whoever waits is told, and may not read the colleague's request.
    assert Notice.objects.filter(recipient=waits, kind="invitation_accepted").exists()
    assert claim not in policy.visible_requests(waits)
    workflow.approve(claim.pk, by=make.reviewer())
    assert asked in policy.visible_requests(olga)


def test_a_link_works_once(home: Provider, pso: User, olga: User) -> None:
    link = link_of(invite(pso, home))
    assert browser_of(olga).post(f"{link}accept/", FORM).status_code == 302
    late = browser_of(make.person()).post(f"{link}accept/", FORM)
    assert late.status_code == 410
    assert "already used" in words(late)
    assert "Ask for the role" in words(late)
    assert AccessRequest.objects.filter(invitation__isnull=False).count() == 1
    # The one who used it finds the way to the request.
    again = browser_of(olga).get(link)
    assert again.status_code == 200
    assert "You accepted this invitation" in words(again)


def test_nobody_accepts_their_own(home: Provider, pso: User) -> None:
    letter, ids = _letter(pso, home)
    assert browser_of(pso).post(f"{link_of(letter)}accept/", FORM).status_code == 403
    [outcome] = accepting.accept(letter, ids, SAID, by=pso)
    assert "your own invitation" in outcome.refusal
    assert "This is your own invitation" in words(browser_of(pso).get(link_of(letter)))


def test_declined_without_an_account(home: Provider, pso: User) -> None:
    link = link_of(invite(pso, home))
    after = Client().post(f"{link}decline/", {"no_more": "on"}, follow=True)
    assert "The invitation is declined" in words(after)
    assert "no invitations to this address any more" in words(after)
    assert Invitation.objects.get().ended_how == "declined"
    assert Notice.objects.filter(recipient=pso, kind="invitation_declined").count() == 1
    Client().post(f"{link}decline/")
    assert Notice.objects.filter(recipient=pso, kind="invitation_declined").count() == 1
    assert AuditEvent.objects.get(type=DayEvent.INVITATION_DECLINED).actor is None
    undone = Client().post(f"{link}decline/", {"allow": "yes"}, follow=True)
    assert "can get invitations again" in words(undone)
    invite(pso, home)


def test_links_that_no_longer_work_say_what_to_do(home: Provider, pso: User, olga: User) -> None:
    browser = browser_of(olga)
    unknown = browser.get(f"/invitations/open/{'x' * 43}/")
    assert unknown.status_code == 404
    assert "newest email" in words(unknown)
    letter = invite(pso, home)
    link = link_of(letter)
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        expired = browser_of(olga).post(f"{link}accept/", FORM)
    assert (expired.status_code, "has expired" in words(expired)) == (410, True)
    inviting.withdraw([letter.invitations.get().pk], by=pso)
    withdrawn = browser.get(link)
    assert (withdrawn.status_code, "was withdrawn" in words(withdrawn)) == (410, True)
    assert not AccessRequest.objects.filter(requester=olga).exists()


def test_an_inviter_who_has_left_invites_nobody(home: Provider, pso: User, olga: User) -> None:
    """Judged when it is accepted: the sweep may not have come by."""
    make.pso(home)
    letter, ids = _letter(pso, home)
    workflow.give_up(pso.role_assignments.get().pk, by=pso)
    assert Client().get(link_of(letter)).status_code == 410
    [outcome] = accepting.accept(letter, ids, SAID, by=olga)
    assert outcome.refusal
    assert not AccessRequest.objects.filter(requester=olga).exists()


def test_several_ccns_one_outcome_each_and_one_letter_each(olga: User) -> None:
    _chain, homes = make.chain(4)
    pso, reviewer = make.person(full_name="Paula Stone"), make.reviewer()
    for each in homes:
        make.pso(each, pso, by=reviewer)
    fellow = make.pso(homes[0])
    make.submit(olga, homes[1], "assessment_submitter")
    letter = invite(pso, *homes)
    rows = {each.provider: each.pk for each in letter.invitations.select_related("provider")}
    told = Notice.objects.count()
    # The last is not ticked; at the second she has asked already.
    chosen = {"chosen": [rows[each] for each in homes[:3]]}
    page = browser_of(olga).post(f"{link_of(letter)}accept/", FORM | chosen, follow=True)
    assert "Your 2 requests were submitted." in words(page)
    assert "You already have an open request" in words(page)
    ended = {each.provider: each.ended_how for each in Invitation.objects.all()}
    assert [ended[each] for each in homes] == ["accepted", "", "accepted", ""]
    kinds = sorted(Notice.objects.order_by("pk").values_list("kind", "recipient")[told:])
    assert kinds == sorted(
        [
            ("invited_requests_received", olga.pk),
            ("invited_requests_to_decide", pso.pk),
            ("request_to_decide", fellow.pk),
        ]
    )
    theirs = Notice.objects.get(recipient=pso, kind="invited_requests_to_decide")
    assert (homes[0].ccn in theirs.body, homes[1].ccn in theirs.body) == (True, False)
    # Whether it left is said on the page of each request.
    asked = AccessRequest.objects.get(requester=olga, provider=homes[2])
    assert "2 requests wait for you" in words(browser_of(pso).get(asked.get_absolute_url()))
    # How many others, a PSO of one of the CCNs does not read.
    asked = AccessRequest.objects.get(requester=olga, provider=homes[0])
    theirs_to_read = words(browser_of(fellow).get(asked.get_absolute_url()))
    assert "We received your requests" in theirs_to_read
    assert "your 2 requests" not in theirs_to_read
    asked = AccessRequest.objects.get(requester=olga, provider=homes[2])
    assert "2 requests wait for you" not in words(browser_of(olga).get(asked.get_absolute_url()))
    assert browser_of(olga).get(link_of(letter)).status_code == 200


def test_what_a_requester_states_makes_no_link_for_whoever_decides() -> None:
    pso, reviewer = make.person(), make.reviewer()
    homes = [make.provider(), make.provider()]
    for each in homes:
        make.pso(each, pso, by=reviewer)
    letter = invite(pso, *homes)
    said = replace(
        SAID.statement, job_title="see evil.example", employer="Open http://evil.example/pay"
    )
    olga = make.person(full_name="Olga www.evil.example")
    ids = list(letter.invitations.values_list("pk", flat=True))
    accepting.accept(letter, ids, Said(statement=said), by=olga)
    told = Notice.objects.get(recipient=pso, kind="invited_requests_to_decide")
    assert "Olga" in told.body
    assert "evil.example" not in told.body
    assert "http:/" not in told.body


def test_who_was_invited_does_not_watch_who_is_pso(home: Provider, pso: User, olga: User) -> None:
    fellow = make.pso(home)
    [outcome] = accepting.accept(*_letter(pso, home), SAID, by=olga)
    assert outcome.request is not None
    path = outcome.request.get_absolute_url()
    seen = []
    for now in ("They are PSO here.", "They were PSO here then."):
        assert now in words(browser_of(fellow).get(path))
        mine = words(browser_of(olga).get(path))
        assert "They invited as a PSO of this provider." in mine
        seen.append(now in mine)
        if now == "They are PSO here.":
            workflow.give_up(pso.role_assignments.get().pk, by=pso)
    assert seen == [False, False]


def test_faulty_input_comes_back_beside_its_field(home: Provider, pso: User, olga: User) -> None:
    link = link_of(invite(pso, home))
    page = browser_of(olga).post(f"{link}accept/", {"employer": "Sunrise"})
    assert page.status_code == 422
    assert field_error(page, "job_title") == "Enter your job title."
    assert Invitation.objects.get().is_open


def test_it_is_all_or_nothing(
    home: Provider, pso: User, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter, ids = _letter(pso, home)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(accepting, "end", fail)
    with pytest.raises(RuntimeError):
        accepting.accept(letter, ids, SAID, by=olga)
    assert Invitation.objects.get().is_open
    assert not AccessRequest.objects.filter(requester=olga).exists()
    assert not Notice.objects.filter(recipient=olga).exists()


def _letter(by: User, at: Provider) -> tuple[Any, list[int]]:
    letter = invite(by, at)
    return letter, [letter.invitations.get().pk]
