"""What an agent can do during a call: on record, told to the person, and never a decision."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from access_requests import workflow
from accounts import bounce_folder, bounces, throttle
from accounts.mail.delivery import deliver
from accounts.models import (
    AuditEvent,
    CaseNote,
    CmsRole,
    FactorReset,
    Notice,
    OutgoingEmail,
    User,
)
from providers.models import Provider
from tests import builders as make
from tests.accounts import resets
from tests.accounts.resets import with_factor
from tests.mail import returned
from tests.mail.builders import owed_secret
from tests.mail_server import MailServer
from tests.pages.browsing import browser_of, field_error, value_of, words

pytestmark = pytest.mark.django_db


def take(desk: Client, person: User, step: str, **said: Any) -> Any:
    return desk.post(f"/service-center/people/{person.pk}/{step}/", said, follow=True)


def lines(type_: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(type=type_))


def flagged(person: User) -> None:
    assert bounces.flag(person.email, reason="550 5.1.1 Unknown", sent_at=timezone.now())


def test_unlock(desk: Client, agent: User, monkeypatch: pytest.MonkeyPatch) -> None:
    person, unlocked = make.person(), []
    monkeypatch.setattr(throttle, "unlock", unlocked.append)
    assert "Unlocked." in words(take(desk, person, "unlock"))
    assert unlocked == [person]
    [line] = lines("account_unlocked")
    assert (line.actor, line.person) == (agent, person)
    assert Notice.objects.get(recipient=person).kind == "unlocked"


def test_an_email_is_sent_again_in_the_same_words(
    desk: Client, agent: User, home: Provider, smtp_server: MailServer
) -> None:
    asked = make.submit(make.person(email="old@sunny-hill.example"), home, "pso")
    person = asked.requester
    first = OutgoingEmail.objects.get(notice__recipient=person)
    deliver()
    person.email = "new@sunny-hill.example"
    person.save()

    page = words(take(desk, person, "send-again", email=first.pk))

    assert "is on its way again, to new@sunny-hill.example" in page
    copy = OutgoingEmail.objects.latest("pk")
    assert (copy.subject, copy.body_text) == (first.subject, first.body_text)
    assert (copy.state, copy.to_address) == ("waiting", person.email)
    assert copy.message_id != first.message_id
    told = Notice.objects.get(email=copy)
    assert (told.recipient, told.request_id) == (person, asked.pk)
    assert told.read_at is not None
    [line] = lines("email_sent_again")
    assert line.details == {"email": first.pk, "copy": copy.pk}
    first.refresh_from_db()
    assert first.state == "sent"
    # It does not stand in the story that the request's people read.
    assert desk.get(asked.get_absolute_url()).status_code == 200


def test_pressed_twice_it_goes_once(desk: Client, home: Provider, smtp_server: MailServer) -> None:
    asked = make.submit(make.person(), home, "pso")
    email = OutgoingEmail.objects.get(notice__recipient=asked.requester)
    deliver()
    take(desk, asked.requester, "send-again", email=email.pk)
    page = words(take(desk, asked.requester, "send-again", email=email.pk))
    assert "waiting to be sent already" in page
    assert len(lines("email_sent_again")) == 1


def test_a_code_is_never_sent_again(desk: Client, smtp_server: MailServer) -> None:
    person = make.person()
    code = owed_secret(to_address=person.email)
    deliver()
    before = OutgoingEmail.objects.count()
    assert "is never sent again" in words(take(desk, person, "send-again", email=code.pk))
    assert OutgoingEmail.objects.count() == before


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30])
def test_somebody_elses_email_is_not_there(desk: Client, home: Provider, number: str) -> None:
    asked = make.submit(make.person(), home, "pso")
    theirs = OutgoingEmail.objects.get(notice__recipient=asked.requester)
    person = make.person()
    assert take(desk, person, "send-again", email=number).status_code == 404
    assert take(desk, person, "send-again", email=theirs.pk).status_code == 404


def test_nothing_is_sent_to_a_closed_account(
    desk: Client, home: Provider, smtp_server: MailServer
) -> None:
    asked = make.submit(make.person(), home, "pso")
    email = OutgoingEmail.objects.get(notice__recipient=asked.requester)
    deliver()
    User.objects.filter(pk=asked.requester_id).update(is_active=False)
    page = words(take(desk, asked.requester, "send-again", email=email.pk))
    assert "The account is not active" in page


def test_a_flag_is_taken_away_and_the_address_tried(
    desk: Client, agent: User, smtp_server: MailServer
) -> None:
    person = make.person()
    flagged(person)
    assert "The flag is gone." in words(take(desk, person, "clear-bounce", ticket="INC-7"))
    assert not bounces.is_bounced(person.email)
    [line] = lines("bounce_cleared")
    assert (line.actor, line.person, line.details) == (agent, person, {"ticket": "INC-7"})
    deliver()
    trial = OutgoingEmail.objects.get(to_address=person.email)
    assert trial.subject == "Your email address counts as working again"
    bounce_folder.take(returned.postfix(trial))
    assert bounces.is_bounced(person.email)


def test_a_flag_needs_a_ticket_and_has_to_be_there(desk: Client) -> None:
    person = make.person()
    flagged(person)
    response = take(desk, person, "clear-bounce")
    assert response.status_code == 422
    assert field_error(response, "ticket") == "Enter the ticket number of the call."
    take(desk, person, "clear-bounce", ticket="INC-7")
    page = words(take(desk, person, "clear-bounce", ticket="INC-8"))
    assert "does not come back" in page
    assert len(lines("bounce_cleared")) == 1


def test_a_case_note(desk: Client, agent: User, home: Provider) -> None:
    asked = make.submit(make.person(), home, "pso")
    said = {"ticket": "INC-1042", "text": "<b>Asked</b> when.\n\nTold her.", "request": asked.pk}
    page = words(take(desk, asked.requester, "note", **said))
    assert "The note is kept." in page
    assert "<b>Asked</b> when." in page
    note = CaseNote.objects.get()
    assert (note.person, note.agent, note.ticket) == (asked.requester, agent, "INC-1042")
    assert note.request_id == asked.pk
    [line] = lines("case_note_written")
    assert line.details == {"ticket": "INC-1042", "note": note.pk}
    # Nobody but CMS reads it.
    assert "INC-1042" not in words(browser_of(asked.requester).get(asked.get_absolute_url()))


def test_spaces_in_a_ticket_number_do_no_harm(desk: Client) -> None:
    page = words(take(desk, make.person(), "note", ticket=" INC 001 2345 ", text="Called."))
    assert "Ticket INC0012345" in page


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("ticket", "", "Enter the ticket number of the call."),
        ("ticket", "INC_7", "Use letters, digits and hyphens only."),
        ("ticket", "INC-７", "Use letters, digits and hyphens only."),
        ("ticket", "x" * 41, "A ticket number has at most 40 characters."),
        ("text", " ", "Write the note."),
        ("text", "x" * 2001, "Write at most 2,000 characters."),
        ("request", "1", "Choose a request from the list."),
        ("request", "x", "Choose a request from the list."),
        ("request", "9" * 30, "Choose a request from the list."),
    ],
)
def test_a_faulty_note_says_what_is_wrong_and_keeps_what_was_typed(
    desk: Client, field: str, typed: str, error: str
) -> None:
    said = {"ticket": "INC-7", "text": "Asked when."} | {field: typed}
    response = take(desk, make.person(), "note", **said)
    assert response.status_code == 422
    assert field_error(response, field) == error
    if field != "text":
        assert value_of(response, "text") == "Asked when."
    assert not CaseNote.objects.exists()


def test_a_lost_factor_is_reset_and_the_reset_stopped(desk: Client, agent: User) -> None:
    person = with_factor("pdoe77")
    page = words(desk.get(f"/service-center/people/{person.pk}/reset-factor/"))
    assert "Nothing for 24 hours." in page
    assert "The reset has started" in words(take(desk, person, "reset-factor", ticket="INC-7"))
    reset = FactorReset.objects.get()
    assert (reset.user, reset.asked_by, reset.ticket) == (person, agent, "INC-7")
    response = take(desk, person, "reset-factor", ticket="INC-8")
    assert response.status_code == 422
    assert "under way already" in words(response)

    assert "Stopped." in words(take(desk, person, "stop-reset"))
    reset.refresh_from_db()
    assert reset.stopped_by == agent
    assert "No reset is under way." in words(take(desk, person, "stop-reset"))


def test_the_warning_of_a_reset_that_is_over_is_not_sent_again(desk: Client, agent: User) -> None:
    reset = resets.started(with_factor("pdoe77"), agent)
    person, page = reset.user, f"/service-center/people/{reset.user.pk}/"
    warning = OutgoingEmail.objects.get(notice__kind=resets.STARTED, notice__recipient=person)
    again = f'name="email" value="{warning.pk}"'
    assert again in desk.get(page).content.decode()

    take(desk, person, "stop-reset")
    assert again not in desk.get(page).content.decode()
    resets.started(person, agent)
    assert again not in desk.get(page).content.decode()
    said = words(take(desk, person, "send-again", email=warning.pk))
    assert "This email warns of a reset that is over." in said


def test_a_reviewer_takes_a_lost_factor_and_nothing_else() -> None:
    person, client = with_factor("pdoe77"), browser_of(make.reviewer())
    flagged(person)
    assert "The reset has started" in words(take(client, person, "reset-factor", ticket="INC-7"))
    for step in ("unlock", "send-again", "note", "clear-bounce"):
        response = take(client, person, step, ticket="INC-7", text="Called.")
        assert response.status_code == 403
        assert "Only Service Center agents can do this." in words(response)


@pytest.mark.parametrize("role", ["", CmsRole.REVIEWER])
def test_the_steps_themselves_refuse_who_is_no_agent(role: str, home: Provider) -> None:
    from_no_agent = browser_of(make.person(cms_role=role))
    person = make.person()
    for step in ("unlock", "note", "clear-bounce"):
        said = {"ticket": "INC-7", "text": "Called."}
        response = from_no_agent.post(f"/service-center/people/{person.pk}/{step}/", said)
        assert response.status_code == (403 if role else 404)
    assert not AuditEvent.objects.exclude(type__in=["person_viewed"]).exists()


def test_an_agent_decides_nothing(desk: Client, home: Provider) -> None:
    asked = make.submit(make.person(), home, "pso")
    assert desk.post(f"{asked.get_absolute_url()}approve/").status_code == 409
    asked.refresh_from_db()
    assert asked.status == "pending"
    workflow.withdraw(asked.pk, by=asked.requester)
