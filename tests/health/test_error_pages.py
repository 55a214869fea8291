"""What a person reads when a page cannot be shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from iqies_portal import error_pages
from iqies_portal.urls import handler400, handler403, handler404, handler500
from tests import builders as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of_somebody(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/")
    request.user = make.person()
    return request


def words(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_the_handlers_are_ours() -> None:
    for handler in (handler400, handler403, handler404, handler500):
        module, _, name = handler.rpartition(".")
        assert module == "iqies_portal.error_pages"
        assert callable(getattr(error_pages, name))


def test_page_that_does_not_exist(client: Client) -> None:
    client.force_login(make.person())
    answer = client.get("/nothing/here/")
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


@pytest.mark.parametrize(
    ("page", "error", "status", "sentence"),
    [
        (error_pages.bad_request, BadRequest("secret"), 400, "We could not read this request"),
        (error_pages.forbidden, PermissionDenied("Ask a PSO."), 403, "Ask a PSO."),
        (error_pages.forbidden, PermissionDenied(), 403, "Your account does not allow it."),
        (error_pages.not_found, Http404("secret"), 404, "Page not found"),
    ],
)
def test_error_page(
    request_of_somebody: HttpRequest, page: Any, error: Exception, status: int, sentence: str
) -> None:
    answer = page(request_of_somebody, error)
    assert answer.status_code == status
    assert sentence in words(answer)
    assert "secret" not in words(answer)


def test_conflict_says_what_is_true_now(request_of_somebody: HttpRequest) -> None:
    answer = error_pages.conflict(request_of_somebody, "Already approved by Ada <Winter>.")
    assert answer.status_code == 409
    assert "Already approved by Ada &lt;Winter&gt;." in words(answer)


def test_form_from_another_site_or_day(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make.person())
    answer = strict.post("/notices/read/")
    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()


def test_server_error_asks_nothing_of_the_database(
    rf: RequestFactory, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        answer = error_pages.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "Something went wrong" in words(answer)
