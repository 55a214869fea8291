"""The terms of use: everybody accepts each version once, before going on."""

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import terms
from accounts.models import AuditEvent, TermsAcceptance, User
from iqies_portal.demo import story
from tests.accounts.builders import PASSWORD, signed_up
from tests.builders import person

pytestmark = pytest.mark.django_db

TERMS = "/accounts/terms/"
ASKED = "Please read these terms before you go on"


@pytest.fixture
def pat(client: Client) -> User:
    """Signed in with nothing accepted and nothing remembered."""
    user = person("patdoe77")
    user.set_password(PASSWORD)
    user.save()
    TermsAcceptance.objects.all().delete()
    client.post("/accounts/login/", {"login": "patdoe77", "password": PASSWORD})
    return user


def test_everybody_may_read_them(client: Client) -> None:
    page = client.get(TERMS).content.decode()
    assert "Your account is yours alone" in page
    assert "I accept" not in page.replace("Press “I accept”", "")
    assert ASKED not in page


def test_nobody_accepts_without_signing_in(client: Client) -> None:
    assert client.post(TERMS)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["/", "/requests/", "/accounts/", "/requests/new/?ccn=015009"])
def test_they_are_asked_first_and_lead_on(client: Client, pat: User, path: str) -> None:
    response = client.get(path, follow=True)
    assert response.redirect_chain[0][0].startswith(f"{TERMS}?next=")
    assert ASKED in response.content.decode()
    assert f'name="next" value="{path}"' in response.content.decode()
    assert client.post(TERMS, {"next": path})["Location"] == path
    assert client.get(path).status_code == 200


def test_accepting_is_kept_once_and_in_the_trail(client: Client, pat: User) -> None:
    for _ in range(2):
        assert client.post(TERMS, {"next": "https://elsewhere.example/"})["Location"] == "/"
    accepted = TermsAcceptance.objects.get()
    assert (accepted.user, accepted.version) == (pat, "2026-11")
    event = AuditEvent.objects.get(type="terms_accepted")
    assert (event.actor, event.details) == (pat, {"version": "2026-11"})
    assert "You accepted these terms on" in client.get(TERMS).content.decode()


@pytest.mark.parametrize("path", ["/accounts/logout/", "/help/", "/healthz", TERMS])
def test_some_pages_ask_nothing(client: Client, pat: User, path: str) -> None:
    assert client.get(path).status_code == 200


def test_one_can_leave_instead(client: Client, pat: User) -> None:
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_nothing_else_can_be_done_before(client: Client, pat: User) -> None:
    typed = {"full_name": "Pat Roe"}
    assert client.post("/accounts/profile/", typed)["Location"] == TERMS
    pat.refresh_from_db()
    assert pat.full_name == "P patdoe77"


def test_a_fragment_sends_its_whole_page_there(client: Client, pat: User) -> None:
    response = client.get("/providers/answer/?ccn=015009", headers={"hx-request": "true"})
    assert response["HX-Refresh"] == "true"


def test_a_new_version_is_asked_once_and_lets_the_step_in_hand_be_finished(
    client: Client, settings: LazySettings
) -> None:
    signed_up(client)
    assert client.get("/").status_code == 200
    settings.TERMS_VERSION = "2027-01"
    assert client.post("/accounts/profile/", {"full_name": "Pat Roe"})["Location"] == "/accounts/"
    assert User.objects.get().full_name == "Pat Roe"
    assert client.get("/accounts/")["Location"] == f"{TERMS}?next=%2Faccounts%2F"
    client.post(TERMS)
    assert client.get("/accounts/").status_code == 200
    versions = TermsAcceptance.objects.values_list("version", flat=True)
    assert set(versions) == {"2026-11", "2027-01"}


def test_who_accepted_elsewhere_is_not_asked_again(client: Client, pat: User) -> None:
    terms.accept(pat)
    assert client.get("/").status_code == 200
    assert client.session[terms.SESSION_KEY] == "2026-11"


def test_it_costs_no_query_once_the_session_knows(client: Client, pat: User) -> None:
    terms.accept(pat)
    client.get("/accounts/profile/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/accounts/profile/").status_code == 200
    assert not [each for each in queries if "termsacceptance" in each["sql"]]


def test_who_signed_up_has_accepted(client: Client) -> None:
    signed_up(client)
    assert terms.has_accepted(User.objects.get())


def test_the_demonstration_has_accepted(client: Client) -> None:
    assert terms.has_accepted(story._person("staff1", "Stella Brandt"))
