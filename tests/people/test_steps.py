"""What a PSO does from the list: set and move a last day, revoke several; and at the approval."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate

from access_requests import workflow
from access_requests.invitations import accepting
from access_requests.models import (
    AccessRequest,
    AssignmentStatus,
    DayEvent,
    EventType,
    RoleAssignment,
    Status,
)
from access_requests.people import revoke_views
from access_requests.policy import Refusal, StepRefused
from access_requests.workflow import together
from accounts.models import AuditEvent, Notice, User
from tests import builders as make
from tests.invitations.builders import SAID, invite
from tests.people.builders import home_with_pso, role_at

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def in_days(number: int) -> date:
    return localdate() + timedelta(days=number)


def test_a_last_day_is_set_moved_and_taken_away() -> None:
    home, pso = home_with_pso()
    role = role_at(home)
    client, address = signed_in(pso), f"/people/roles/{role.pk}/last-day/"
    assert "The role has no last day now." in client.get(address).content.decode()
    for day in (in_days(40), in_days(80), None):
        sent = {"ends_on": day.isoformat() if day else "", "back": "/people/?kind=vendor"}
        response = client.post(address, sent)
        assert response["Location"] == "/people/?kind=vendor"
        role.refresh_from_db()
        assert role.ends_on == day
    lines = AuditEvent.objects.filter(type=DayEvent.END_DATE_SET, actor=pso, person=role.user)
    assert lines.count() == Notice.objects.filter(kind="end_date_set").count() == 3


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("yesterday", "This is no date."),
        ("2020-01-01", "is over. Choose today or a later day"),
        ("2206-01-01", "Check the year."),
    ],
)
def test_a_day_that_can_be_none_is_said_beside_the_field(typed: str, said: str) -> None:
    home, pso = home_with_pso()
    role = role_at(home)
    asked = make.submit(make.person(), home)
    client = signed_in(pso)
    for address in (
        f"/people/roles/{role.pk}/last-day/",
        f"/people/roles/{role.pk}/extend/",
        f"/requests/{asked.pk}/approve/",
    ):
        response = client.post(address, {"ends_on": typed, "until": typed})
        text = response.content.decode()
        assert response.status_code == 422
        assert 'id="id_ends_on_error"' in text
        assert said in text
    assert not RoleAssignment.objects.filter(ends_on__isnull=False).exists()
    assert AccessRequest.objects.get(pk=asked.pk).is_open


@pytest.mark.parametrize("back", ["https://evil.example/people/", "//evil.example", "/queue/"])
def test_nobody_is_sent_elsewhere_afterwards(back: str) -> None:
    home, pso = home_with_pso()
    sent = {"ends_on": in_days(3).isoformat(), "back": back}
    response = signed_in(pso).post(f"/people/roles/{role_at(home).pk}/last-day/", sent)
    assert response["Location"] == "/people/"


@pytest.mark.parametrize("page", ["/people/", "/people/?when=ending", "/people/{}/"])
def test_the_enter_key_on_a_list_presses_nothing_that_changes_something(page: str) -> None:
    home, pso = home_with_pso()
    role = role_at(home, ends_on=in_days(5))
    text = signed_in(pso).get(page.format(role.user_id)).content.decode()
    assert f'id="role-{role.pk}"' in text
    around = text.partition("data-people>")[2].partition("</form>")[0]
    assert "Extend to" in around
    # The Enter key sends a form by its first button: this one leads to a page that asks.
    [button] = re.findall(r"<button\b.*?</button>", around, re.DOTALL)
    assert "Revoke the selected roles" in button
    assert "formaction" not in around


def test_what_is_extended_is_asked_first_and_once_however_often_it_arrives() -> None:
    home, pso = home_with_pso()
    role = role_at(home, ends_on=in_days(5))
    client = signed_in(pso)
    address = f"/people/roles/{role.pk}/extend/"
    back = "/people/?when=ending"
    link = f'href="{address}?back={quote(back, safe="")}"'
    assert link in client.get(back).content.decode()
    asked = client.get(address, {"back": back}).content.decode()
    until = in_days(95).isoformat()
    assert f'value="{until}"' in asked
    assert f'name="back" value="{back}"' in asked
    assert f'href="/people/roles/{role.pk}/last-day/?back={quote(back, safe="")}"' in asked
    role.refresh_from_db()
    assert role.ends_on == in_days(5)
    for _ in range(2):
        response = client.post(address, {"until": until, "back": back})
        assert response["Location"] == back
    role.refresh_from_db()
    assert role.ends_on == in_days(95)
    assert Notice.objects.filter(kind="end_date_set").count() == 1
    assert "Extend to" not in client.get("/people/").content.decode()
    # The page that asked, read again: its last day is far, and another one is chosen.
    response = client.get(address, {"back": back})
    assert response["Location"].startswith(f"/people/roles/{role.pk}/last-day/?back=")


def test_extending_asks_for_the_second_factor_where_it_was_shown_long_ago() -> None:
    home, pso = home_with_pso()
    role = role_at(home, ends_on=in_days(5))
    client = signed_in(pso)
    session = client.session
    session["account_authentication_methods"][0]["at"] = time.time() - 86_400
    session.save()
    sent = {"until": in_days(95).isoformat(), "role": [str(role.pk)], "reason": "Left."}
    for address in (f"/people/roles/{role.pk}/extend/", "/people/revoke/"):
        assert client.post(address, sent).status_code == 302
    role.refresh_from_db()
    assert (role.ends_on, role.status) == (in_days(5), AssignmentStatus.ACTIVE)


def test_the_last_day_is_said_at_the_approval() -> None:
    home, pso = home_with_pso()
    client = signed_in(pso)
    for sent, ends_on in (
        ({}, None),
        ({"ends_on": ""}, None),
        ({"ends_on": in_days(60).isoformat()}, in_days(60)),
    ):
        asked = make.submit(make.person(), home)
        assert 'name="ends_on"' in client.get(asked.get_absolute_url()).content.decode()
        response = client.post(f"/requests/{asked.pk}/approve/", sent)
        assert response.status_code == 302
        assert RoleAssignment.objects.get(access_request=asked).ends_on == ends_on
    letter = Notice.objects.filter(kind="request_approved").latest("pk")
    assert "When it is over, the role ends by itself" in letter.body
    for_pso = make.submit(make.person(), home, "pso")
    assert 'name="ends_on"' not in client.get(for_pso.get_absolute_url()).content.decode()


def test_the_last_day_of_an_invitation_is_taken_where_nothing_else_is_said() -> None:
    home, pso = home_with_pso()
    client, day = signed_in(pso), in_days(30)

    def accepted(code: str) -> AccessRequest:
        person = make.person()
        letter = invite(pso, home, code=code, address=person.email, ends_on=day)
        ids = [each.pk for each in letter.invitations.all()]
        [outcome] = accepting.accept(letter, ids, SAID, by=person)
        assert outcome.request is not None
        return outcome.request

    asked = accepted("assessment_submitter")
    text = client.get(asked.get_absolute_url()).content.decode()
    assert f'value="{day.isoformat()}"' in text
    assert "The invitation was for a role until" in text
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        with pytest.raises(StepRefused) as raised:
            workflow.approve(asked.pk, by=pso)
        assert raised.value.refusal == Refusal.END_DATE_PAST
    client.post(f"/requests/{asked.pk}/approve/")
    assert RoleAssignment.objects.get(access_request=asked).ends_on == day
    line = AuditEvent.objects.get(type=EventType.APPROVED, request_id=asked.pk)
    assert line.details["last_day"] == day.isoformat()
    # The decider may say otherwise; together with others, what was invited for holds.
    other, third = accepted("assessment_viewer"), accepted("assessment_coordinator")
    client.post(f"/requests/{other.pk}/approve/", {"ends_on": ""})
    assert RoleAssignment.objects.get(access_request=other).ends_on is None
    together.approve_many([third.pk], by=pso)
    assert RoleAssignment.objects.get(access_request=third).ends_on == day


def test_several_are_revoked_with_one_reason_and_each_outcome_is_named() -> None:
    home, pso = home_with_pso()
    elsewhere, _ = home_with_pso()
    left, ended, foreign = role_at(home), role_at(home), role_at(elsewhere)
    own = RoleAssignment.objects.get(user=pso)
    ids = [left.pk, ended.pk, foreign.pk, own.pk]
    client = signed_in(pso)
    asked: dict[str, Any] = {"role": ids, "back": "/people/"}
    text = client.post("/people/revoke/", asked).content.decode()
    assert f'name="role" value="{foreign.pk}"' not in text
    assert f'value="{left.pk}"' in text
    assert "give it up instead" in text
    faulty = client.post("/people/revoke/", asked | {"reason": " "})
    assert faulty.status_code == 422
    assert "Give the reason." in faulty.content.decode()
    # Meanwhile somebody else ends one of them.
    workflow.give_up(ended.pk, by=ended.user)
    response = client.post("/people/revoke/", asked | {"reason": "The contract is over."})
    assert response["Location"] == "/people/revoked/"
    for _ in range(2):
        text = client.get("/people/revoked/").content.decode()
        assert "1 of 3 revoked." in text
        assert "This role has already ended." in text
    left.refresh_from_db()
    assert left.end_reason == "The contract is over."
    still = RoleAssignment.objects.active().filter(pk__in=[foreign.pk, own.pk])
    assert still.count() == 2
    assert AuditEvent.objects.filter(type=EventType.ROLE_REVOKED).count() == 1
    again = client.post("/people/revoke/", asked | {"reason": "The contract is over."}, follow=True)
    assert "0 of 3 revoked." in again.content.decode()


def test_a_pso_never_empties_a_ccn_of_psos_by_revoking() -> None:
    home, pso = home_with_pso()
    second = make.pso(home)
    role = RoleAssignment.objects.get(user=second)
    asked = {"role": [role.pk, RoleAssignment.objects.get(user=pso).pk]}
    client = signed_in(pso)
    client.post("/people/revoke/", asked | {"reason": "Left."})
    assert RoleAssignment.objects.active().psos().filter(provider=home).count() == 1


def test_nothing_ticked_and_too_much_ticked(monkeypatch: pytest.MonkeyPatch) -> None:
    home, pso = home_with_pso()
    roles = [role_at(home).pk for _ in range(3)]
    client = signed_in(pso)
    response = client.post("/people/revoke/", {"role": ["x", "-1"]}, follow=True)
    assert "Tick at least one role" in response.content.decode()
    monkeypatch.setattr(revoke_views, "MOST_AT_ONCE", 2)
    text = client.post("/people/revoke/", {"role": roles}).content.decode()
    assert "At most 2 roles are revoked at once" in text
    assert "Revoke these 2 roles" in text


def test_what_is_refused_says_why_and_changes_nothing() -> None:
    home, pso = home_with_pso()
    second = make.pso(home)
    asked = make.submit(second, home)
    workflow.approve(asked.pk, by=pso)
    own = RoleAssignment.objects.get(access_request=asked)
    of_pso = RoleAssignment.objects.get(user=pso)
    client = signed_in(second)
    for role, why in ((own, "their own role"), (of_pso, "has no last day")):
        response = client.post(f"/people/roles/{role.pk}/last-day/", {"ends_on": str(in_days(3))})
        assert response.status_code == 409
        assert why in response.content.decode()
    assert asked.__class__.objects.get(pk=asked.pk).status == Status.APPROVED
    assert not RoleAssignment.objects.exclude(ends_on=None).exists()
