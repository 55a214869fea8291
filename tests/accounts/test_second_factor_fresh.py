"""Deciding and revoking ask for the factor again when it was shown too long ago (rule 6)."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import LazySettings
from django.test import Client

from access_requests.models import AccessRequest, RoleAssignment
from accounts.models import AuditEvent, User
from providers.models import Provider
from tests import builders as make
from tests.accounts import factors
from tests.accounts.builders import PASSWORD

pytestmark = pytest.mark.django_db

SHOW = "/accounts/2fa/reauthenticate/"
REJECTION = {"reject-reason": "other", "reject-explanation": "Not on “our” staff list: né Müller."}


@pytest.fixture
def home() -> Provider:
    return make.provider()


@pytest.fixture
def pso(home: Provider) -> User:
    return factors.with_password(make.pso(home))


@pytest.fixture
def app(pso: User) -> factors.App:
    return factors.with_app(pso)


@pytest.fixture
def stale(client: Client, pso: User, app: factors.App) -> Client:
    """Signed in with both factors, more than an hour ago."""
    factors.sign_in(client, pso, app.code(-1))
    age(client)
    return client


def age(client: Client, seconds: int = 3601) -> None:
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [
        {**each, "at": each["at"] - seconds} for each in records
    ]
    session["signed_in_at"] -= seconds
    session.save()


def takes(client: Client, asked: AccessRequest) -> bool:
    """Whether an approval is taken at once, or the factor asked for first."""
    answer: Any = client.post(f"/requests/{asked.pk}/approve/", make.as_read(asked))
    return not answer["Location"].startswith(SHOW)


def test_an_hour_after_showing_it_a_decision_asks_again(stale: Client, home: Provider) -> None:
    asked = make.submit(make.person(), home)
    answer = stale.post(f"/requests/{asked.pk}/approve/")
    page = stale.get(answer["Location"]).content.decode()
    assert "It is more than an hour since you showed your second factor." in page
    assert "What you typed is kept" in page
    asked.refresh_from_db()
    assert asked.status == "pending"


def test_within_the_hour_it_does_not(
    client: Client, pso: User, app: factors.App, home: Provider
) -> None:
    factors.sign_in(client, pso, app.code())
    age(client, 3500)
    assert takes(client, make.submit(make.person(), home))


def test_how_long_is_a_setting(settings: LazySettings, stale: Client, home: Provider) -> None:
    settings.FRESH_FACTOR_AGE *= 2
    assert takes(stale, make.submit(make.person(), home))


@pytest.mark.parametrize(
    ("step", "typed", "status"),
    [
        ("approve", None, "approved"),
        ("reject", REJECTION, "rejected"),
        ("return", {"return-question": "Which unit?"}, "returned"),
    ],
)
def test_the_step_is_taken_once_the_factor_is_shown(
    stale: Client, app: factors.App, home: Provider, step: str, typed: Any, status: str
) -> None:
    asked = make.submit(make.person(), home)
    typed = typed or make.as_read(asked)
    path = f"/requests/{asked.pk}/{step}/"
    show = stale.post(path, typed)["Location"]
    assert unquote(show) == f"{SHOW}?next={path}"
    answer = stale.post(show, {"code": app.code()}, follow=True)
    assert answer.redirect_chain == [(f"/requests/{asked.pk}/", 302)]
    asked.refresh_from_db()
    assert asked.status == status
    assert asked.rejection_explanation == typed.get("reject-explanation", "")
    assert answer.content.decode().count("usa-alert--success") == 1
    other = make.submit(make.person(), home)
    assert takes(stale, other)


def test_so_is_revoking(stale: Client, app: factors.App, home: Provider) -> None:
    holder = make.holder(home)
    role = RoleAssignment.objects.get(user=holder)
    path = f"/roles/{role.pk}/revoke/"
    assert stale.get(path).status_code == 200
    show = stale.post(path, {"reason": "Left us in May."})["Location"]
    stale.post(show, {"code": app.code()})
    role.refresh_from_db()
    assert role.status == "ended"


def test_so_is_taking_a_question_back(stale: Client, app: factors.App, home: Provider) -> None:
    asked = make.submit(make.person(), home)
    make.workflow.return_for_information(asked.pk, by=pso_of(home), question="Which unit?")
    show = stale.post(f"/requests/{asked.pk}/take-back/")["Location"]
    assert show.startswith(SHOW)
    asked.refresh_from_db()
    assert asked.status == "returned"
    stale.post(show, {"code": app.code()})
    asked.refresh_from_db()
    assert asked.status == "pending"


def test_and_giving_up_the_role_that_decides(
    stale: Client, app: factors.App, pso: User, home: Provider
) -> None:
    role = pso.role_assignments.get()
    show = stale.post(f"/roles/{role.pk}/give-up/")["Location"]
    assert show.startswith(SHOW)
    role.refresh_from_db()
    assert role.status == "active"
    stale.post(show, {"code": app.code()})
    role.refresh_from_db()
    assert role.status == "ended"


def test_a_role_that_decides_nothing_is_given_up_at_once(
    stale: Client, pso: User, home: Provider
) -> None:
    colleague = make.pso(home, by=pso)
    make.workflow.approve(make.submit(pso, home).pk, by=colleague)
    role = pso.role_assignments.exclude(role="pso").get()
    assert stale.post(f"/roles/{role.pk}/give-up/")["Location"] == home.get_absolute_url()


def test_what_cannot_be_done_any_more_says_so_on_the_request(
    stale: Client, app: factors.App, home: Provider
) -> None:
    """409 after showing the factor; and the code stays used up."""
    asked = make.submit(make.person(), home)
    show = stale.post(f"/requests/{asked.pk}/approve/", make.as_read(asked))["Location"]
    make.workflow.withdraw(asked.pk, by=asked.requester)
    code = app.code()
    answer = stale.post(show, {"code": code})
    assert answer.status_code == 409
    assert "withdrawn" in answer.content.decode().lower()
    assert factors.sign_in(Client(), pso_of(home), code).status_code == 200


def pso_of(home: Provider) -> User:
    return RoleAssignment.objects.select_related("user").get(provider=home, role="pso").user


def test_a_form_with_an_error_is_not_worth_a_code(stale: Client, home: Provider) -> None:
    asked = make.submit(make.person(), home)
    assert stale.post(f"/requests/{asked.pk}/reject/", {}).status_code == 422


def test_a_stranger_learns_nothing_by_showing_a_factor(client: Client, home: Provider) -> None:
    make.pso(home)
    asked = make.submit(make.person(), home)
    elsewhere = factors.with_password(make.pso(make.provider()))
    app = factors.with_app(elsewhere)
    factors.sign_in(client, elsewhere, app.code(-1))
    for number, ahead in ((asked.pk, 0), (10**9, 1)):
        age(client)
        show = client.post(f"/requests/{number}/approve/")["Location"]
        assert client.post(show, {"code": app.code(ahead)}).status_code == 404
    asked.refresh_from_db()
    assert asked.status == "pending"


def test_a_password_is_no_factor(stale: Client, home: Provider) -> None:
    asked = make.submit(make.person(), home)
    path = f"/requests/{asked.pk}/approve/"
    stale.post(path)
    by_password = stale.post(f"/accounts/reauthenticate/?next={path}", {"password": PASSWORD})
    assert by_password["Location"].startswith(SHOW)
    assert not takes(stale, asked)


def test_a_wrong_code_keeps_the_step(stale: Client, app: factors.App, home: Provider) -> None:
    asked = make.submit(make.person(), home)
    show = stale.post(f"/requests/{asked.pk}/reject/", REJECTION)["Location"]
    wrong = stale.post(show, {"code": "000000"})
    assert "This code is not right" in wrong.content.decode()
    stale.post(show, {"code": app.code()})
    assert AccessRequest.objects.get(pk=asked.pk).status == "rejected"


def test_a_recovery_code_stands_in_for_it(stale: Client, pso: User, home: Provider) -> None:
    asked = make.submit(make.person(), home)
    show = stale.post(f"/requests/{asked.pk}/approve/", make.as_read(asked))["Location"]
    stale.post(show, {"code": factors.recovery_codes_of(pso)[0]})
    assert AccessRequest.objects.get(pk=asked.pk).status == "approved"
    line = AuditEvent.objects.get(type="recovery_code_used", person=pso)
    assert line.details == {"left": 9}


def test_what_waited_is_not_taken_twice(stale: Client, app: factors.App, home: Provider) -> None:
    asked = make.submit(make.person(), home)
    show = stale.post(f"/requests/{asked.pk}/approve/", make.as_read(asked))["Location"]
    stale.post(show, {"code": app.code()})
    again = stale.post(show, {"code": app.code(1)})
    assert (again.status_code, again["Location"]) == (302, f"/requests/{asked.pk}/approve/")
    assert AuditEvent.objects.filter(type="request_approved", request_id=asked.pk).count() == 1


def test_a_factor_taken_away_meanwhile_leads_to_a_new_one(
    stale: Client, pso: User, home: Provider
) -> None:
    pso.authenticator_set.all().delete()  # type: ignore[attr-defined]
    asked = make.submit(make.person(), home)
    answer: Any = stale.post(f"/requests/{asked.pk}/approve/", make.as_read(asked))
    assert answer["Location"] == "/accounts/2fa/"
