"""What a sign-in at HARP is worth here, where a second factor is asked for."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.conf import LazySettings
from django.contrib.auth.hashers import make_password
from django.test import Client, RequestFactory

from access_requests.models import AccessRequest, Status
from accounts import terms
from accounts.harp import joining
from accounts.harp.identity import identity_from
from accounts.harp.session import is_by_harp_factor
from accounts.models import OutgoingEmail, Session, User
from tests import builders
from tests.accounts.builders import PASSWORD
from tests.accounts.factors import with_app
from tests.harp.arriving import Arrive, arrival, signed_in_as
from tests.harp.claims import NORA

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("harp_configured")]
ANEW, HOURS = "/accounts/harp/reauthenticate/", 3600
TWO_FACTORS = {"amr": ["pwd", "mfa"]}


@pytest.fixture
def arrive(monkeypatch: pytest.MonkeyPatch) -> Arrive:
    return arrival(monkeypatch)


@pytest.fixture
def nora() -> User:
    """Her only way in is HARP."""
    user = builders.person("noranew77", email="nora@burns-home.example", full_name="Nora New")
    user.set_unusable_password()
    user.save()
    terms.accept(user)
    joining.connect(user, identity_from(NORA))
    return user


@pytest.fixture
def asked(nora: User) -> AccessRequest:
    """A request that waits for Nora, who is PSO."""
    here = builders.provider()
    builders.pso(here, nora)
    return builders.submit(builders.person(), here)


def approve(client: Client, asked: AccessRequest) -> Any:
    return client.post(f"/requests/{asked.pk}/approve/", builders.as_read(asked))


def goes_anew(client: Client, arrive: Arrive, nora: User, next_url: str, **claims: Any) -> Any:
    state = {"person": nora.pk, "asked_at": time.time(), "next": next_url}
    return arrive(client, process="anew", state=state, **claims)


def is_approved(asked: AccessRequest) -> bool:
    asked.refresh_from_db()
    return asked.status == Status.APPROVED


def test_a_factor_that_harp_has_just_asked_for_is_fresh(
    client: Client, arrive: Arrive, asked: AccessRequest
) -> None:
    assert arrive(client, **TWO_FACTORS)["Location"] == "/"
    approve(client, asked)
    assert is_approved(asked)


def test_without_one_at_harp_a_decider_sets_one_up_here(
    client: Client, arrive: Arrive, asked: AccessRequest
) -> None:
    arrive(client, amr=["pwd"])
    assert approve(client, asked)["Location"] == "/accounts/2fa/"
    assert not is_approved(asked)


def test_without_one_at_harp_the_one_here_is_asked_for(
    client: Client, arrive: Arrive, nora: User
) -> None:
    with_app(nora)
    assert arrive(client)["Location"] == "/accounts/2fa/authenticate/"
    assert signed_in_as(client) is None


def test_nobody_shows_two_second_factors(client: Client, arrive: Arrive, nora: User) -> None:
    with_app(nora)
    assert arrive(client, **TWO_FACTORS)["Location"] == "/"
    assert signed_in_as(client) == nora


def test_harps_factor_does_not_stand_in_for_a_later_password(
    client: Client, arrive: Arrive, nora: User
) -> None:
    """Only what is shown last opens the door, whatever a browser has seen before."""
    arrive(client, **TWO_FACTORS)
    request = RequestFactory().get("/")
    request.session = client.session
    assert is_by_harp_factor(request, nora)
    record_authentication(request, nora, "password")
    assert not is_by_harp_factor(request, nora)


def test_an_old_one_is_asked_for_again_by_harp_and_the_step_goes_on(
    client: Client, arrive: Arrive, nora: User, asked: AccessRequest
) -> None:
    arrive(client, auth_time=time.time() - 2 * HOURS, **TWO_FACTORS)
    interrupted = approve(client, asked)
    assert interrupted["Location"].startswith(f"{ANEW}?next=")
    assert not is_approved(asked)
    assert "Sign in at HARP once more" in client.get(interrupted["Location"]).content.decode()
    goes_anew(client, arrive, nora, f"/requests/{asked.pk}/approve/", **TWO_FACTORS)
    assert is_approved(asked)


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"auth_time": time.time() - 2 * HOURS}, 403),
        ({"auth_time": None}, 403),
        ({"sub": "harp-2"}, 302),
        ({"amr": ["pwd"]}, 302),
    ],
    ids=["harp did not ask", "harp does not say", "somebody else", "no factor"],
)
def test_nothing_less_will_do(
    client: Client,
    arrive: Arrive,
    nora: User,
    asked: AccessRequest,
    claims: dict[str, Any],
    status: int,
) -> None:
    arrive(client, auth_time=time.time() - 2 * HOURS, **TWO_FACTORS)
    approve(client, asked)
    where = f"/requests/{asked.pk}/approve/"
    response = goes_anew(client, arrive, nora, where, **TWO_FACTORS | claims)
    assert response.status_code == status
    assert not is_approved(asked)
    approve(client, asked)
    assert not is_approved(asked)


def test_when_harp_does_not_say_when_it_is_not_lately(
    client: Client, arrive: Arrive, asked: AccessRequest
) -> None:
    arrive(client, auth_time=None, **TWO_FACTORS)
    assert approve(client, asked)["Location"].startswith(ANEW)


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/password/set/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
    ],
)
def test_a_forgotten_session_opens_no_other_way_in(
    client: Client, arrive: Arrive, nora: User, path: str
) -> None:
    arrive(client, auth_time=time.time() - 2 * HOURS)
    assert client.get(path)["Location"].startswith(ANEW)
    assert goes_anew(client, arrive, nora, path)["Location"] == path
    assert client.get(path).status_code == 200


def test_nor_does_it_change_the_address(client: Client, arrive: Arrive, nora: User) -> None:
    arrive(client, auth_time=time.time() - 2 * HOURS)
    said = {"action_add": "", "email": "thief@burns-home.example"}
    assert client.post("/accounts/email/", said)["Location"].startswith(ANEW)


def test_a_password_alone_adds_no_factor_to_what_harp_opens(
    client: Client, nora: User, settings: LazySettings
) -> None:
    settings.SECOND_FACTOR_FOR = "everyone"
    User.objects.update(password=make_password(PASSWORD))
    client.post("/accounts/login/", {"login": "noranew77", "password": PASSWORD})
    assert signed_in_as(client) == nora
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith(ANEW)
    assert client.get(ANEW).status_code == 200


def test_nor_does_a_mailbox(client: Client, nora: User) -> None:
    client.post("/accounts/password/reset/", {"email": nora.email})
    sent = OutgoingEmail.objects.filter(to_address=nora.email).latest("id")
    assert sent.subject == "Your account opens with HARP"
    assert "noranew77" in sent.body_text


def test_a_mailbox_does_where_there_is_a_password(client: Client, nora: User) -> None:
    nora.set_password(PASSWORD)
    nora.save()
    client.post("/accounts/password/reset/", {"email": nora.email})
    sent = OutgoingEmail.objects.filter(to_address=nora.email).latest("id")
    assert sent.subject == "Your code for choosing a new password"


def test_the_list_of_sessions_knows_the_device(arrive: Arrive, nora: User) -> None:
    browser = Client(
        headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Firefox/128.0"}
    )
    arrive(browser)
    assert "Firefox" in Session.objects.get(user=nora).device
