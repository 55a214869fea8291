"""What is owed to a mailbox is done when the answer has left: until then both kinds of address
cost the same statements."""

from __future__ import annotations

import logging
import re

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import after_answer
from accounts.models import OutgoingEmail
from tests.builders import person

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "pat@sunny-hill.example", "sam@sunny-hill.example"


@pytest.mark.parametrize("path", ["/accounts/user-id/forgotten/", "/accounts/password/reset/"])
def test_the_same_statements_for_any_address(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    person("patdoe77", email=KNOWN)
    steps: list[after_answer.Step] = []
    monkeypatch.setattr(after_answer, "_in_transaction", steps.append)
    done = []
    for email in (KNOWN, UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            assert Client().post(path, {"email": email}).status_code in {200, 302}
        done.append([re.sub(r"[0-9]+|'.*", "", each["sql"])[:60] for each in queries])
    assert done[0] == done[1]
    # Both have something left to do; it is all that tells them apart.
    assert len(steps) == 2
    assert not OutgoingEmail.objects.exists()
    for step in steps:
        step()
    assert OutgoingEmail.objects.get().to_address == KNOWN


def test_steps_are_done_once_when_the_answer_is_closed_and_one_that_fails_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []

    def fail() -> None:
        raise ValueError("jane")

    @after_answer.does_steps
    def view(request: HttpRequest) -> HttpResponse:
        after_answer.do(request, fail)
        after_answer.do(request, lambda: done.append("step"))
        done.append("answer")
        return HttpResponse()

    response = view(HttpRequest())
    assert done == ["answer"]
    with caplog.at_level(logging.ERROR):
        response.close()
        response.close()
    assert done == ["answer", "step"]
    assert [each.message for each in caplog.records] == ["a step after the answer failed"]
