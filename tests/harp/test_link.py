"""An account that was made here and somebody from HARP: never one person without proof of both."""

from __future__ import annotations

import time
from dataclasses import asdict

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.harp import joining
from accounts.harp.identity import identity_from
from accounts.harp.pending import Pending
from accounts.models import AuditEvent, HarpIdentity, Notice, User
from tests.accounts.builders import PASSWORD
from tests.builders import person
from tests.harp.arriving import Arrive, arrival, signed_in_as
from tests.harp.claims import NORA

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("harp_configured")]
MATCH, LINK = "/accounts/harp/match/", "/accounts/harp/link/"


@pytest.fixture
def arrive(monkeypatch: pytest.MonkeyPatch) -> Arrive:
    return arrival(monkeypatch)


@pytest.fixture
def local() -> User:
    user = person("noranew77", email="n.new@other-home.example", full_name="Nora Local")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in_here(client: Client, password: str = PASSWORD, user_id: str = "noranew77") -> str:
    said = {"login": user_id, "password": password, "next": LINK}
    return str(client.post("/accounts/login/", said).get("Location", ""))


def connect(client: Client) -> str:
    return str(client.post(LINK, {"action": "connect"}).get("Location", ""))


def test_the_same_user_id_alone_links_nothing(client: Client, local: User, arrive: Arrive) -> None:
    assert arrive(client)["Location"] == MATCH
    assert signed_in_as(client) is None
    page = client.get(MATCH).content.decode()
    assert "noranew77" in page
    assert "Nora Local" not in page
    assert "other-home" not in page
    assert not HarpIdentity.objects.exists()


def test_linked_after_proof_of_both(client: Client, local: User, arrive: Arrive) -> None:
    arrive(client, identity_assurance_level=2, state={"next": "/requests/"})
    assert "Sign in to connect your account" in client.get("/accounts/login/").content.decode()
    assert sign_in_here(client) == LINK
    assert "noranew77" in client.get(LINK).content.decode()
    assert connect(client) == "/requests/"
    assert HarpIdentity.objects.get().user == local
    local.refresh_from_db()
    assert (local.full_name, local.identity_proofing) == ("Nora Local", "harp")
    assert AuditEvent.objects.filter(type="harp_connected", actor=local, person=local).exists()
    told = Notice.objects.get(recipient=local, kind="harp_linked")
    assert told.email is not None
    again = Client()
    arrive(again)
    assert signed_in_as(again) == local


def test_a_wrong_password_does_not_link(client: Client, local: User, arrive: Arrive) -> None:
    arrive(client)
    assert sign_in_here(client, "not the password") == ""
    assert client.post(LINK, {"action": "connect"})["Location"].startswith("/accounts/login/")
    assert not HarpIdentity.objects.exists()


def test_the_factor_of_the_account_is_asked_for_too(
    client: Client, local: User, arrive: Arrive
) -> None:
    secret = generate_totp_secret()
    TOTP.activate(local, secret)
    arrive(client, amr=["mfa"])
    assert sign_in_here(client) == "/accounts/2fa/authenticate/"
    assert client.post(LINK, {"action": "connect"})["Location"].startswith("/accounts/login/")
    code = f"{hotp_value(secret, int(time.time()) // 30):06d}"
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert connect(client) == "/"
    assert HarpIdentity.objects.get().user == local


def test_the_person_may_still_say_no(client: Client, local: User, arrive: Arrive) -> None:
    arrive(client)
    sign_in_here(client)
    client.post(LINK, {"action": "leave"})
    assert not HarpIdentity.objects.exists()
    assert connect(client) == "/accounts/"


def test_whoever_was_signed_in_before_has_proven_nothing(
    client: Client, local: User, arrive: Arrive
) -> None:
    """HARP's person at a computer where somebody else is signed in gets nothing of theirs."""
    client.force_login(local)
    assert arrive(client)["Location"] == "/"
    assert connect(client) == "/accounts/"
    assert not HarpIdentity.objects.exists()


def test_what_was_proven_before_harp_is_not_proven_now(client: Client, local: User) -> None:
    client.force_login(local)
    session = client.session
    kept = Pending(identity=identity_from(NORA), at=time.time())
    session["harp_pending"] = asdict(kept)
    session.save()
    assert client.post(LINK, {"action": "connect"}).status_code == 400
    assert not HarpIdentity.objects.exists()


def test_any_account_that_can_be_proven_can_be_linked(
    client: Client, local: User, arrive: Arrive
) -> None:
    mine = person("myotherid", email="me@other-home.example")
    mine.set_password(PASSWORD)
    mine.save()
    arrive(client)
    sign_in_here(client, user_id="myotherid")
    connect(client)
    assert HarpIdentity.objects.get().user == mine


def test_somebody_else_has_the_user_id(client: Client, local: User, arrive: Arrive) -> None:
    arrive(client)
    assert "noranew77@harp" in client.get(MATCH).content.decode()
    assert client.post("/accounts/harp/match/other/")["Location"] == "/"
    made = signed_in_as(client)
    assert made is not None
    assert (made.username, made.user_id_flags) == ("noranew77@harp", ["taken_here"])
    assert made.email == "nora@burns-home.example"


def test_the_same_proven_address_links_nothing(client: Client, arrive: Arrive) -> None:
    person("somebody1", email="nora@burns-home.example", full_name="Some Body")
    assert arrive(client)["Location"] == MATCH
    page = client.get(MATCH).content.decode()
    assert "nora@burns-home.example" in page
    assert "somebody1" not in page
    assert "Some Body" not in page
    # Not by saying that it is somebody else's: one person has one account.
    assert client.post("/accounts/harp/match/other/")["Location"] == MATCH
    assert User.objects.count() == 1
    # Another address, proven by a code, is a way on.
    client.post("/accounts/harp/email/", {"email": "nora@new-home.example"})
    assert User.objects.count() == 1


def test_an_address_that_was_only_typed_here_stands_in_nobodys_way(
    client: Client, arrive: Arrive
) -> None:
    squatter = User.objects.create(username="squatter1", email="nora@burns-home.example")
    EmailAddress.objects.create(user=squatter, email=squatter.email, verified=False, primary=True)
    arrive(client)
    assert signed_in_as(client) == User.objects.get(username="noranew77")


def test_one_harp_account_for_one_account_here(local: User) -> None:
    now = timezone.now()
    same = {"issuer": "https://harp.example", "connected_at": now, "signed_in_at": now}
    HarpIdentity.objects.create(user=local, subject="1", **same)
    other = person("other77")
    with (
        pytest.raises(IntegrityError, match="harp_identity_of_one_account"),
        transaction.atomic(),
    ):
        HarpIdentity.objects.create(user=other, subject="1", **same)
    with pytest.raises(IntegrityError, match="user_id"), transaction.atomic():
        HarpIdentity.objects.create(user=local, subject="2", **same)


def test_what_is_connected_already_stays_where_it_is(local: User) -> None:
    nora, other = identity_from(NORA), identity_from(NORA | {"sub": "harp-2"})
    joining.connect(local, nora)
    joining.connect(local, nora)
    assert AuditEvent.objects.filter(type="harp_connected").count() == 1
    with pytest.raises(joining.IsConnected):
        joining.connect(local, other)
    with pytest.raises(joining.IsConnected):
        joining.connect(person("other77"), nora)
    assert HarpIdentity.objects.get().subject == "harp-1"
    assert Notice.objects.filter(kind="harp_linked").count() == 1


def test_from_the_account_page(client: Client, local: User, arrive: Arrive) -> None:
    client.force_login(local)
    arrive(client, process="connect", state={"person": local.pk})
    assert HarpIdentity.objects.get().user == local


def test_not_for_whoever_signed_in_meanwhile(client: Client, local: User, arrive: Arrive) -> None:
    other = person("other77")
    client.force_login(other)
    response = arrive(client, process="connect", state={"person": local.pk})
    assert response.status_code == 400
    assert not HarpIdentity.objects.exists()


def test_going_to_harp_to_connect_asks_who_sits_there(client: Client, local: User) -> None:
    client.force_login(local)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    response = client.post("/accounts/harp/connect/")
    assert response["Location"].startswith("/accounts/reauthenticate/")


def test_disconnected_while_a_password_remains(client: Client, local: User) -> None:
    joining.connect(local, identity_from(NORA))
    client.force_login(local)
    assert "Disconnect HARP" in client.get("/accounts/harp/disconnect/").content.decode()
    assert client.post("/accounts/harp/disconnect/")["Location"] == "/accounts/"
    assert not HarpIdentity.objects.exists()
    assert AuditEvent.objects.filter(type="harp_disconnected", person=local).exists()
    assert Notice.objects.filter(recipient=local, kind="harp_unlinked").exists()


def test_the_only_way_in_is_kept(client: Client, arrive: Arrive) -> None:
    arrive(client)
    nora = signed_in_as(client)
    assert nora is not None
    with pytest.raises(joining.OnlyWayIn):
        joining.disconnect(nora)
    client.force_login(nora)
    client.post("/accounts/harp/disconnect/")
    assert "Choose a password first" in client.get("/accounts/harp/disconnect/").content.decode()
    assert HarpIdentity.objects.exists()


def test_nor_is_the_only_factor_of_who_needs_one_taken_away(local: User, settings: object) -> None:
    settings.SECOND_FACTOR_FOR = "everyone"  # type: ignore[attr-defined]
    joining.connect(local, identity_from(NORA))
    with pytest.raises(joining.OnlyWayIn):
        joining.disconnect(local)
    TOTP.activate(local, generate_totp_secret())
    joining.disconnect(local)
    assert not HarpIdentity.objects.exists()
