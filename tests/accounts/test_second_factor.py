"""Who must have a second factor, and that nobody goes on without (rule 6)."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access_requests.models import AccessRequest
from accounts import second_factor
from accounts.models import AuditEvent, Notice, User
from tests import builders as make
from tests.accounts import factors
from tests.accounts.builders import PASSWORD

pytestmark = pytest.mark.django_db

SET_UP = "/accounts/2fa/"


@pytest.fixture
def pso() -> User:
    return factors.with_password(make.pso(make.provider()))


def set_up_app(client: Client) -> factors.App:
    app = factors.key_on(client.get("/accounts/2fa/totp/activate/"))
    answer = client.post("/accounts/2fa/totp/activate/", {"code": app.code()})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/?set-up=1"
    return app


def test_deciders_and_cms_must_have_one_and_others_need_not(pso: User) -> None:
    for person in (pso, make.reviewer(), make.agent(), make.person(is_staff=True)):
        assert second_factor.is_required_of(person)
    assert not second_factor.is_required_of(make.person())
    assert not second_factor.is_required_of(make.holder(pso.role_assignments.get().provider))


def test_the_codes_are_the_last_step_for_whoever_came_by_themselves(client: Client) -> None:
    client.force_login(make.person(), None)
    set_up_app(client)
    page = client.get("/accounts/2fa/recovery-codes/?set-up=1").content.decode()
    assert "Step 3 of 3" in page
    assert "Step 3 of 3" not in client.get("/accounts/2fa/recovery-codes/").content.decode()


def test_everyone_must_where_the_setting_says_so(settings: LazySettings, client: Client) -> None:
    settings.SECOND_FACTOR_FOR = "everyone"
    person = factors.with_password(make.person())
    assert second_factor.is_required_of(person)
    factors.sign_in(client, person)
    assert client.get("/requests/")["Location"] == SET_UP
    assert "Everyone signs in here with two things" in client.get(SET_UP).content.decode()


def test_the_demonstrations_people_have_none_and_only_there(settings: LazySettings) -> None:
    assert settings.PEOPLE_WITHOUT_FACTOR == frozenset()
    settings.SECOND_FACTOR_FOR = "everyone"
    settings.PEOPLE_WITHOUT_FACTOR = frozenset({"pso1"})
    assert not second_factor.is_required_of(make.reviewer("pso1"))
    assert second_factor.is_required_of(make.reviewer("pso9"))


def test_a_decider_without_one_comes_to_the_set_up_page_and_then_where_they_were_going(
    client: Client, pso: User
) -> None:
    factors.type_password(client, pso, next="/queue/?page=2")
    assert client.get("/queue/?page=2")["Location"] == SET_UP
    page = client.get(SET_UP).content.decode()
    assert "You decide who gets access, so you sign in with two things" in page
    set_up_app(client)
    codes = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert "Save your recovery codes" in codes
    on = client.post("/accounts/2fa/recovery-codes/saved/")
    assert on["Location"] == "/queue/?page=2"
    assert client.get("/queue/").status_code == 200


def test_what_was_posted_before_the_set_up_is_done_after_it(client: Client, pso: User) -> None:
    home = pso.role_assignments.get().provider
    asked = make.submit(make.person(), home)
    factors.sign_in(client, pso)
    typed = {"return-question": "Which days, and “which” wing?"}
    assert client.post(f"/requests/{asked.pk}/return/", typed)["Location"] == SET_UP
    asked.refresh_from_db()
    assert asked.status == "pending"
    set_up_app(client)
    client.post("/accounts/2fa/recovery-codes/saved/")
    asked.refresh_from_db()
    assert asked.status == "returned"
    assert asked.questions.get().text == typed["return-question"]


def test_an_old_post_is_not_done_when_new_codes_are_saved_later(client: Client, pso: User) -> None:
    asked = make.submit(make.person(), pso.role_assignments.get().provider)
    factors.sign_in(client, pso)
    client.post(f"/requests/{asked.pk}/return/", {"return-question": "Which days?"})
    set_up_app(client)
    client.get(SET_UP)
    client.post("/accounts/2fa/recovery-codes/saved/")
    asked.refresh_from_db()
    assert asked.status == "pending"


def test_one_click_is_not_kept_and_leads_back_to_what_it_was_on(client: Client, pso: User) -> None:
    asked = make.submit(make.person(), pso.role_assignments.get().provider)
    factors.sign_in(client, pso)
    client.post(f"/requests/{asked.pk}/approve/", make.as_read(asked))
    set_up_app(client)
    answer = client.post("/accounts/2fa/recovery-codes/saved/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/requests/{asked.pk}/"
    asked.refresh_from_db()
    assert asked.status == "pending"


@pytest.mark.parametrize("path", ["/", "/requests/", "/accounts/", "/admin/", "/notices/"])
def test_no_page_goes_round_it(client: Client, pso: User, path: str) -> None:
    factors.sign_in(client, pso)
    assert client.get(path)["Location"] == SET_UP
    assert client.post(path)["Location"] == SET_UP
    assert client.get(path, HTTP_HX_REQUEST="true")["HX-Redirect"] == SET_UP


@pytest.mark.parametrize("path", ["/help/", "/healthz", "/accounts/logout/", "/accounts/2fa/lost/"])
def test_the_way_out_and_help_stay_open(client: Client, pso: User, path: str) -> None:
    factors.sign_in(client, pso)
    assert client.get(path).status_code == 200


def test_who_becomes_pso_in_the_middle_is_caught_at_the_next_page(client: Client) -> None:
    person = factors.with_password(make.person())
    factors.sign_in(client, person)
    assert client.get("/requests/").status_code == 200
    make.pso(make.provider(), person)
    assert client.get("/requests/")["Location"] == SET_UP


def test_nobody_types_the_password_twice_on_the_way(client: Client, pso: User) -> None:
    """Set up and see the codes right after signing in; after a quarter of an hour, once more."""
    factors.sign_in(client, pso)
    for path in ("totp/activate/", "webauthn/add/"):
        assert client.get(f"/accounts/2fa/{path}").status_code == 200
    session = client.session
    session["signed_in_at"] -= 16 * 60
    session.save()
    app = "/accounts/2fa/totp/activate/"
    asked = client.get(app)["Location"]
    assert asked.startswith("/accounts/reauthenticate/?next=")
    assert client.post(asked, {"password": PASSWORD})["Location"] == app
    assert client.get(app).status_code == 200


def test_a_session_that_has_shown_one_costs_no_query(client: Client, pso: User) -> None:
    client.force_login(pso)
    with CaptureQueriesContext(connection) as captured:
        client.get("/help/")
    asked = [each["sql"] for each in captured if "mfa_authenticator" in each["sql"]]
    assert asked == []


def test_a_factor_set_up_elsewhere_must_be_shown_by_a_session_from_before(client: Client) -> None:
    person = factors.with_password(make.person())
    factors.sign_in(client, person)
    app = factors.with_app(person)
    asked = client.get("/requests/new/?ccn=015009")["Location"]
    assert asked == "/accounts/2fa/reauthenticate/?next=%2Frequests%2Fnew%2F%3Fccn%3D015009"
    assert client.get(SET_UP)["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert "since you signed in here" in client.get(asked).content.decode()
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    assert client.get("/requests/").status_code == 302
    on = client.post(asked, {"code": app.code()})
    assert on["Location"] == "/requests/new/?ccn=015009"
    assert client.get("/requests/").status_code == 200


def test_it_loses_nothing_that_was_posted(client: Client) -> None:
    home = make.provider()
    person = factors.with_password(make.person())
    factors.sign_in(client, person)
    app = factors.with_app(person)
    typed = {
        "ccn": home.ccn,
        "role": "assessment_viewer",
        "affiliation": "employed",
        "job_title": "Nurse",
        "employer": "Sunrise Care LLC",
    }
    asked = client.post("/requests/new/", typed)["Location"]
    client.post(asked, {"code": app.code()})
    assert AccessRequest.objects.get().job_title == "Nurse"


def test_setting_one_up_is_in_the_audit_trail_and_mailed(client: Client, pso: User) -> None:
    factors.sign_in(client, pso)
    set_up_app(client)
    lines = AuditEvent.objects.filter(person=pso).order_by("id").values_list("type", "details")
    assert ("second_factor_added", {"kind": "totp"}) in lines
    assert ("recovery_codes_made", {}) in lines
    assert Notice.objects.filter(recipient=pso, kind="factor_added").count() == 1
