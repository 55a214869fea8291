"""The inviter's pages, and what other pages say of invitations."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access_requests import workflow
from access_requests.invitations import accepting, inviting
from access_requests.models import Invitation, InvitationLetter
from accounts.models import Notice, OutgoingEmail, User
from providers.models import Provider
from tests import builders as make
from tests.invitations.builders import ADDRESS, SAID, invite, link_of
from tests.pages.browsing import browser_of, field_error, value_of, words

pytestmark = pytest.mark.django_db

FORM = {
    "form_key": "9b2d6d4e-1d53-4c6e-9d2f-0d3f2c3a7b11",
    "address": ADDRESS,
    "role": "assessment_submitter",
    "affiliation": "vendor",
    "days": "14",
}


def test_invite_and_look_what_became_of_it(home: Provider, pso: User) -> None:
    browser = browser_of(pso)
    assert "You have invited nobody yet" in words(browser.get("/invitations/"))
    sent = browser.post("/invitations/new/", FORM | {"name": "Olga Meyer"}, follow=True)
    assert "Invitation for Olga Meyer" in words(sent)
    again = browser.post("/invitations/new/", FORM | {"name": "Olga Meyer"}, follow=True)
    assert "Invitation for Olga Meyer" in words(again)
    letter = InvitationLetter.objects.get()
    assert letter.invitations.get().affiliation == "vendor"
    listed = words(browser.get("/invitations/"))
    for said in ("Olga Meyer", ADDRESS, "Waiting to be sent", "Open until", home.ccn):
        assert said in listed
    OutgoingEmail.objects.filter(pk=letter.email_id).update(state="failed")
    lost = words(browser.get(letter.get_absolute_url()))
    assert "The email did not arrive" in lost
    browser.post(f"/invitations/sent/{letter.pk}/withdraw/")
    assert "Withdrawn" in words(browser.get(letter.get_absolute_url()))


def test_what_is_faulty_stands_beside_its_field(home: Provider, pso: User) -> None:
    browser = browser_of(pso)
    faulty = browser.post("/invitations/new/", FORM | {"address": "olga", "ends_on": "2020-01-01"})
    assert faulty.status_code == 422
    assert "Enter an email address" in field_error(faulty, "address")
    assert "is over" in field_error(faulty, "ends_on")
    # What an approval would not take later, an invitation does not promise.
    far = timezone.localdate() + timedelta(days=6 * 366)
    faulty = browser.post("/invitations/new/", FORM | {"ends_on": far.isoformat()})
    assert "more than five years away" in field_error(faulty, "ends_on")
    role = browser.post("/invitations/new/", FORM | {"role": "pso"})
    assert "A vendor cannot be PSO" in words(role)
    refused = browser.post("/invitations/new/", FORM | {"role": "provider_administrator"})
    assert "cannot hold this role" in field_error(refused, "role")
    assert browser.post("/invitations/new/", {"form_key": "no", "days": "9"}).status_code == 422
    assert not InvitationLetter.objects.exists()


def test_whoever_waits_gets_a_form_for_one_thing(pso: User) -> None:
    quiet, waits = make.provider(), make.person()
    asked = make.submit(waits, quiet)
    browser = browser_of(waits)
    page = browser.get(asked.get_absolute_url())
    assert "Invite a colleague to become PSO" in words(page)
    url = re.search(r'href="(/invitations/new/[^"]*)"', page.content.decode())
    assert url is not None
    form = browser.get(url[1].replace("&amp;", "&"))
    assert 'name="role"' not in form.content.decode()
    said = {"form_key": FORM["form_key"], "address": ADDRESS, "days": "7"}
    assert browser.post("/invitations/new/", said).status_code == 302
    assert Invitation.objects.get().role_id == "pso"
    assert ADDRESS in words(browser.get(asked.get_absolute_url()))
    # The colleague's request is not theirs to read.
    letter = InvitationLetter.objects.get()
    olga = make.person(email=ADDRESS, full_name="Olga Meyer")
    accepting.accept(letter, [letter.invitations.get().pk], SAID, by=olga)
    seen = words(browser.get(letter.get_absolute_url()))
    assert "Accepted" in seen
    assert "Olga Meyer" not in seen


def test_a_colleague_who_declined_stays_on_the_page_of_whoever_waits() -> None:
    quiet, waits = make.provider(), make.person()
    asked = make.submit(waits, quiet)
    letter = invite(waits, quiet, code="pso", name="Taylor Quinn")
    page = asked.get_absolute_url()
    assert "Declined on" not in words(browser_of(waits).get(page))
    accepting.decline(letter, by=None)
    day = timezone.localdate()
    said = f"Taylor Quinn : Declined on {day:%b} {day.day}. Invite somebody else."
    assert said in words(browser_of(waits).get(page))
    # What another one tried is none of theirs.
    other = make.submit(make.person(), quiet)
    assert "Declined" not in words(browser_of(other.requester).get(other.get_absolute_url()))


def test_several_ccns_are_ticked_and_the_given_one_is(pso: User, home: Provider) -> None:
    second = make.pso(make.provider(name="SECOND HOME"), pso).role_assignments.latest("pk").provider
    browser = browser_of(pso)
    page = browser.get(f"/invitations/new/?ccn={second.ccn}&role=assessment_viewer")
    ticked = re.findall(r'<input[^>]*name="places"[^>]*>', page.content.decode())
    assert len(ticked) == 2
    assert [("checked" in each) for each in ticked if second.ccn in each] == [True]
    assert sum("checked" in each for each in ticked) == 1
    assert value_of(page, "role") == "assessment_viewer"
    none = browser.post("/invitations/new/", FORM)
    assert "Choose at least one provider." in words(none)
    both = browser.post("/invitations/new/", FORM | {"places": [home.ccn, second.ccn]})
    assert both.status_code == 302
    letter = InvitationLetter.objects.get()
    [first, _] = letter.invitations.order_by("pk")
    browser.post(f"/invitations/{first.pk}/withdraw/")
    assert "1 open, 1 withdrawn" in words(browser.get(letter.get_absolute_url()))


def test_whoever_is_signed_in_under_another_account_signs_out_and_comes_back(
    home: Provider, pso: User
) -> None:
    link = link_of(invite(pso, home))
    browser = browser_of(make.person("staff2", full_name="Samuel Ortiz"))
    page = browser.get(link)
    assert "You are signed in as Samuel Ortiz (staff2). Not you? Sign out" in words(page)
    url = re.search(r'href="(/accounts/logout/[^"]*)"', page.content.decode())
    assert url is not None
    asked = browser.get(url[1])
    back = browser.post("/accounts/logout/", {"next": value_of(asked, "next")})
    assert back.url == link
    assert "You are signed in as" not in words(browser.get(link))


def test_who_sees_the_invitations_at_a_ccn(home: Provider, pso: User) -> None:
    fellow, holder = make.pso(home), make.holder(home)
    letter = invite(pso, home, name="Olga Meyer")
    page = f"/providers/{home.ccn}/"
    assert "Olga Meyer" in words(browser_of(fellow).get(page))
    assert "Olga Meyer" in words(browser_of(make.reviewer()).get(page))
    for other in (holder, make.person()):
        assert "Olga Meyer" not in words(browser_of(other).get(page))
    elsewhere = make.pso(make.provider())
    path = letter.get_absolute_url()
    assert browser_of(fellow).get(path).status_code == 200
    # Only the inviter sends it again.
    assert "Send again" not in words(browser_of(fellow).get(path))
    for stranger in (elsewhere, holder, make.reviewer(), make.agent()):
        assert browser_of(stranger).get(path).status_code == 404


def test_a_new_pso_is_asked_to_invite_a_second(home: Provider, pso: User) -> None:
    asked = pso.access_requests.get()
    browser = browser_of(pso)
    assert "invite a second PSO" in words(browser.get(asked.get_absolute_url()))
    letter = Notice.objects.get(recipient=pso, kind="you_are_now_pso")
    assert "has a button that invites a colleague" in letter.body
    second = make.pso(home)
    assert "invite a second PSO" not in words(browser.get(asked.get_absolute_url()))
    workflow.give_up(second.role_assignments.get().pk, by=second)
    assert "invite a second PSO" in words(browser.get(asked.get_absolute_url()))


def test_who_is_pso_no_longer_reads_that_their_invitations_ended(home: Provider, pso: User) -> None:
    letter = invite(pso, home, name="Olga Meyer")
    fellow = make.pso(home)
    assert "Withdraw the invitation" in words(browser_of(pso).get(letter.get_absolute_url()))
    workflow.give_up(pso.role_assignments.get().pk, by=pso)
    for path in ("/invitations/", letter.get_absolute_url()):
        said = words(browser_of(pso).get(path))
        assert "Ended: you are no longer PSO there" in said
        for gone in ("Open until", "Withdraw", "Send again", "Invite somebody else"):
            assert gone not in said
    said = words(browser_of(fellow).get(letter.get_absolute_url()))
    assert "Ended: whoever sent it can no longer invite there" in said
    assert "Olga Meyer" not in words(browser_of(fellow).get(home.get_absolute_url()))


def test_a_list_takes_the_same_however_long_it_is(pso: User, home: Provider) -> None:
    browser = browser_of(pso)

    def taken() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/invitations/").status_code == 200
        return len(captured)

    invite(pso, home)
    few = taken()
    for number in range(26):
        invite(pso, home, address=f"n{number}@sunrise-care.example")
    assert taken() == few <= 8
    first = browser.get("/invitations/").content.decode()
    more = re.search(r'href="(/invitations/\?after=\d+)"', first)
    assert more is not None
    assert ADDRESS in words(browser.get(more[1]))


def test_the_address_is_in_no_url_log_or_audit_line(
    home: Provider, pso: User, caplog: pytest.LogCaptureFixture
) -> None:
    browser = browser_of(pso)
    browser.post("/invitations/new/", FORM)
    letter = InvitationLetter.objects.get()
    link = link_of(letter)
    browser.get(link)
    inviting.withdraw([letter.invitations.get().pk], by=pso)
    assert caplog.records
    for record in caplog.records:
        said = str(record.__dict__)
        assert ADDRESS not in said
        assert link.split("/")[-2] not in said
