"""The answer in one screen: where the request is, and whether the email left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from access_requests import workflow
from access_requests.models import AccessRequest
from access_requests.now import now
from access_requests.policy import with_standing
from accounts import audit, case_notes, factor_reset
from accounts.models import AuditEvent, CaseNote, OutgoingEmail, User
from providers.models import Provider
from tests import builders as make
from tests.accounts.resets import with_factor
from tests.mail.builders import owed_secret
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db


def page_of(person: User, desk: Client) -> str:
    response = desk.get(f"/service-center/people/{person.pk}/")
    assert response.status_code == 200
    return words(response)


def test_each_request_says_who_has_it_in_the_words_its_requester_reads(
    home: Provider, desk: Client
) -> None:
    person = make.person()
    other = make.provider("015010")
    make.pso(home)
    make.pso(home)
    returned = make.submit(person, make.provider("015011"), "pso")
    workflow.return_for_information(returned.pk, by=make.reviewer(), question="Who is in charge?")
    for at, role in ((home, "assessment_viewer"), (other, "assessment_viewer"), (other, "pso")):
        make.submit(person, at, role)
    page = page_of(person, desk)
    requests = with_standing(AccessRequest.objects.filter(requester=person), person)
    assert requests.count() == 4
    for asked in requests:
        said = now(asked, person)
        assert f"“{said.heading}. {said.next_step}”" in page
    assert "The 2 PSOs of this CCN have it" in page


def test_the_psos_who_have_it_are_named(home: Provider, desk: Client) -> None:
    pso = make.pso(home, make.person(full_name="Dana Quill"))
    make.pso(make.provider("015010"), make.person(full_name="Otto Elsewhere"))
    person = make.person()
    asked = make.submit(person, home)
    html = desk.get(f"/service-center/people/{person.pk}/").content.decode()
    assert f'<a href="/service-center/people/{pso.pk}/">Dana Quill</a>' in html
    assert "Otto Elsewhere" not in html
    link = f'href="/service-center/people/{person.pk}/"'
    assert link in desk.get(asked.get_absolute_url()).content.decode()
    assert link not in browser_of(pso).get(asked.get_absolute_url()).content.decode()


def test_says_what_became_of_the_emails(home: Provider, desk: Client) -> None:
    make.pso(home)
    asked = make.submit(make.person(), home)
    mine = OutgoingEmail.objects.filter(notice__request_id=asked.pk)
    assert "1 waits" in page_of(asked.requester, desk)
    mine.filter(notice__recipient=asked.requester).update(
        state="bounced", sent_at=timezone.now(), last_error="550 5.7.1 Looks like spam"
    )
    mine.exclude(notice__recipient=asked.requester).update(state="failed")
    page = page_of(asked.requester, desk)
    assert "To the person: 1 came back" in page
    assert "To others: 1 not delivered" in page
    assert "550 5.7.1 Looks like spam" in page


def test_shows_no_words_of_an_email_and_offers_no_code_again(desk: Client) -> None:
    person = make.person()
    owed_secret(to_address=person.email, body_text="ABCD-1234")
    page = page_of(person, desk)
    assert "A code" in page
    assert "ABCD-1234" not in page
    assert "Send again" not in page


def test_shows_what_was_told_at_an_earlier_address(home: Provider, desk: Client) -> None:
    person = make.person(email="old@sunny-hill.example")
    make.submit(person, home, "pso")
    person.email = "new@sunny-hill.example"
    person.save()
    assert "to old@sunny-hill.example" in page_of(person, desk)


def test_shows_the_state_of_the_account(desk: Client, agent: User) -> None:
    person = with_factor("pdoe77")
    person.user_id_flags = []
    person.phone, person.employer, person.job_title = "(555) 010-0100", "Burns LLC", "Nurse"
    person.save()
    audit.record("signed_in", actor=person, person=person)
    audit.record("password_changed", actor=person, person=person)
    audit.record("something_new", actor=None, person=person)
    page = page_of(person, desk)
    for part in (
        *("Account active", "Verified", "Authenticator app", "Not locked", "Not proofed"),
        *("Accepted", "Password changed", "Something new", "(555) 010-0100", "Nurse, Burns LLC"),
    ):
        assert part in page, part
    assert "Never signed in" not in page
    assert "Person viewed" not in page

    factor_reset.start(person, by=agent, ticket="INC-7")
    assert "The second factor is about to be removed" in page_of(person, desk)


def test_says_what_stands_in_the_way(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make.person(is_active=False)
    person.emailaddress_set.update(verified=False)
    monkeypatch.setattr("accounts.throttle.is_held_up", lambda _person: True)
    page = page_of(person, desk)
    assert "This account is closed." in page
    assert "The email address is not verified." in page
    assert "Signing in is locked" in page


def test_roles_and_ended_requests(home: Provider, desk: Client) -> None:
    pso = make.pso(home, make.person())
    gone = make.submit(make.person(), home)
    workflow.withdraw(gone.pk, by=gone.requester)
    assert "Provider Security Official Burns Nursing Home , CCN 015009" in page_of(pso, desk)
    page = page_of(gone.requester, desk)
    assert "Withdrawn" in page
    assert "This person has no open request." in page
    assert "This person holds no role." in page


@pytest.mark.parametrize("step", ["get", "post"])
def test_each_look_is_on_record(desk: Client, agent: User, step: str) -> None:
    person = make.person()
    path = f"/service-center/people/{person.pk}/"
    getattr(desk, step)(path if step == "get" else f"{path}note/", {})
    [look] = AuditEvent.objects.filter(type="person_viewed")
    assert (look.actor, look.person, look.ccn, look.request_id) == (agent, person, "", None)


def test_a_reviewer_reads_and_has_no_buttons_but_for_a_lost_factor() -> None:
    person = with_factor("pdoe77")
    OutgoingEmail.objects.update(state="sent", sent_at=timezone.now())
    response = browser_of(make.reviewer()).get(f"/service-center/people/{person.pk}/")
    html = response.content.decode()
    assert "Keep the note" not in html
    assert "send-again" not in html
    assert "reset-factor" in html


def test_nobody_acts_on_their_own_account(desk: Client, agent: User) -> None:
    html = desk.get(f"/service-center/people/{agent.pk}/").content.decode()
    assert "<form" in html  # signing out
    for step in ("unlock", "send-again", "note", "reset-factor", "stop-reset", "clear-bounce"):
        assert f"/{step}/" not in html
        response = desk.post(f"/service-center/people/{agent.pk}/{step}/", {"ticket": "INC-1"})
        assert response.status_code == 403
        assert "Ask a colleague" in words(response)


def test_only_the_newest_are_shown(
    home: Provider, desk: Client, agent: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make.person()
    for number in range(27):
        asked = make.submit(person, home)
        workflow.withdraw(asked.pk, by=person)
        case_notes.write(person=person, by=agent, ticket=f"INC-{number}", text=f"Call {number}.")
    page = page_of(person, desk)
    assert "Older ones are found by their number." in page
    assert "Only the newest notes are shown." in page
    assert "Those about a request are all on its page." in page
    assert "Call 26." in page
    assert "Call 1." not in page


def test_the_database_keeps_case_notes_as_they_were_written(agent: User) -> None:
    note = case_notes.write(person=make.person(), by=agent, ticket="INC-1", text="Called.")
    for change in (
        lambda: CaseNote.objects.filter(pk=note.pk).update(text="Never called."),
        lambda: CaseNote.objects.filter(pk=note.pk).delete(),
        lambda: connection.cursor().execute("DELETE FROM accounts_casenote"),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()


def test_looks_do_not_crowd_out_what_happened(desk: Client, agent: User) -> None:
    person = make.person()
    audit.record("signed_in", actor=person, person=person)
    for _ in range(30):
        audit.record("person_viewed", actor=agent, person=person)
    assert "Never signed in" not in page_of(person, desk)
    assert timezone.now() - AuditEvent.objects.latest("pk").at < timedelta(minutes=1)
