"""Every URL as every kind of person. Whoever adds a URL adds its row to the table."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.db import transaction
from django.test import Client

from accounts.public_urls import PUBLIC_URL_NAMES
from tests import builders
from tests.pages import cast, site_map, url_table
from tests.pages.site_map import Url, urls
from tests.pages.url_table import KINDS, NOBODY

pytestmark = pytest.mark.urls("tests.pages.urls_with_demo")
TABLE = url_table.table()


@pytest.fixture(autouse=True)
def calm_house(settings: LazySettings, tmp_path: Path) -> None:
    """No rate limit, since one "person" opens hundreds of pages; and one caught email."""
    settings.ACCOUNT_RATE_LIMITS = False
    # A HARP that does not answer.
    settings.HARP_OIDC_SERVER = "http://127.0.0.1:9"
    settings.HARP_OIDC_CLIENT_ID = settings.HARP_OIDC_CLIENT_SECRET = "x"
    settings.DATA_DIR = tmp_path
    caught = tmp_path / "mail" / "new"
    caught.mkdir(parents=True)
    (caught / "1-0.eml").write_text("To: a@example.com\nSubject: Hello\n\nHello.\n")


def test_every_url_has_a_row_and_every_row_a_url() -> None:
    names = [url.name for url in urls()]
    assert set(names) - set(TABLE) == set(), "new URLs: add what each kind of person gets there"
    assert set(TABLE) - set(names) == set(), "rows of URLs that are gone"
    assert len(names) == len(set(names)), "two URLs of one name: only one of them is tried"


def test_pages_that_need_no_sign_in_are_those_on_the_written_list() -> None:
    public = {url.name for url in urls() if url.is_public}
    assert public == PUBLIC_URL_NAMES | url_table.PUBLIC_IN_DEMO


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_what_each_kind_of_person_gets(kind: str) -> None:
    """GET, HEAD and POST of every URL, each undone before the next."""
    scene = cast.gather()
    session = session_of(scene, kind)
    wrong = []
    for url in urls():
        get, post = TABLE[url.name].of(kind)
        methods = {"get": get, "head": get, "post": post}
        if url.name.startswith("admin"):
            del methods["head"]  # Django's own, and not always what it answers to GET
        for method, wanted in methods.items():
            got = answer(scene, url, method, session)
            if got != wanted:
                wrong.append(f"{url.name}: {method.upper()} gave {got}, not {wanted}")
    assert not wrong, f"as {kind}:\n" + "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [10**18, 10**30])
def test_a_number_that_names_nothing_is_not_found(number: int) -> None:
    scene = cast.gather()
    sessions = {kind: session_of(scene, kind) for kind in KINDS}
    for url in urls():
        if "<int:pk>" not in url.route:
            continue
        route = url.route.replace("<int:pk>", str(number)).replace("<slug:code>", "employment")
        path = "/" + route
        for kind, session in sessions.items():
            client = browser(session)
            found = {client.get(path, follow=True).status_code, client.post(path).status_code}
            assert found <= ({200, 302} if kind == NOBODY else {404, 405}), (url.name, kind, found)


def session_of(scene: cast.Cast, kind: str) -> str:
    if kind == NOBODY:
        return ""
    client = Client()
    client.force_login(scene[kind])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def browser(session: str) -> Client:
    client = Client(raise_request_exception=False)
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


def answer(scene: cast.Cast, url: Url, method: str, session: str) -> str:
    path = site_map.path_of(url, scene)
    body = site_map.BODIES.get(url.name, {}) if method == "post" else {}
    if url.name == "access_requests:approve":
        body = builders.as_read(scene.request)
    point = transaction.savepoint()
    try:
        return site_map.word_for(getattr(browser(session), method)(path, body))
    finally:
        transaction.savepoint_rollback(point)
