"""Log lines: JSON, with the request's number, and nobody's name in them."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from celery.app.trace import build_tracer
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from iqies_portal import celery_app
from iqies_portal.logs import JsonFormatter

SECRET = "jane.doe@hospital.example"


def told(record: logging.LogRecord) -> dict[str, object]:
    line: dict[str, object] = json.loads(JsonFormatter().format(record))
    return line


def a_record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    return logging.getLogger("accounts.x").makeRecord(
        "accounts.x", logging.WARNING, __file__, 1, message, args, None, extra=extra
    )


def test_line_has_what_machines_look_for() -> None:
    line = told(a_record("email sent", count=3))
    assert line["event"] == "email sent"
    assert (line["level"], line["logger"], line["count"]) == ("warning", "accounts.x", 3)
    assert str(line["at"]).endswith("Z")


@pytest.mark.parametrize(
    "message",
    [
        f"refused <{SECRET}>",
        f"Key (email)=({SECRET}) already exists",
        f"GET /providers/?q={SECRET}",
        "Bad Request: /accounts/login/?next=/requests/7/",
        "IntegrityError('duplicate key\nDETAIL:  Key (username)=(jane) already exists.\n')",
    ],
)
def test_addresses_and_query_strings_are_hidden(message: str) -> None:
    line = str(told(a_record(message))["event"])
    assert "jane" not in line
    assert "next=" not in line


@pytest.mark.parametrize(
    ("logger", "message", "told_as"),
    [
        ("django.security.csrf", "Forbidden (no cookie): /stop/jane/", "Forbidden (no cookie)"),
        ("django.request", "Internal Server Error: /stop/jane/", "Internal Server Error"),
        ("django.security.DisallowedHost", "Invalid HTTP_HOST header: 'jane'.", "refused"),
        ("django.security.DisallowedRedirect", "Unsafe redirect to URL: jane:1", "refused"),
    ],
)
def test_djangos_own_words_come_without_the_path(logger: str, message: str, told_as: str) -> None:
    record = logging.makeLogRecord({"name": logger, "msg": message, "levelname": "ERROR"})
    line = told(record)
    assert (line["event"], line["logger"]) == (told_as, logger)
    assert "jane" not in str(line)


def test_a_form_without_its_token_leaves_no_path_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = "0b5a8f6e-7d1c-4c52-9d0e-2f6a6d1f1c11"
    answer = Client(enforce_csrf_checks=True).post(f"/accounts/factor-reset/{secret}/")
    assert answer.status_code == 403
    assert not [each for each in caplog.records if secret in each.getMessage()]


def test_extras_that_are_not_listed_are_left_out() -> None:
    line = told(a_record("x", person=SECRET, body="words", email_id=4))
    assert line["email_id"] == 4
    assert "person" not in line
    assert "body" not in line


@pytest.mark.django_db
def test_exception_is_told_by_type_and_place_but_not_by_its_words() -> None:
    User.objects.create(username=SECRET.partition(".")[0], email=SECRET)
    record = a_record("it failed")
    try:
        with transaction.atomic():
            User.objects.create(username=SECRET.partition(".")[0])
    except IntegrityError:
        record.exc_info = sys.exc_info()
    text = JsonFormatter().format(record)
    line = json.loads(text)
    assert "jane" not in text
    assert line["exception"]["type"] == "django.db.utils.IntegrityError"
    assert line["exception"]["cause"]["type"] == "psycopg2.errors.UniqueViolation"
    assert any("test_logs.py" in frame for frame in line["exception"]["frames"])
    assert "\n" not in text


def test_failed_task_is_told_without_the_words_of_its_exception() -> None:
    @celery_app.task(name="tests.fail", shared=False)
    def fail() -> None:
        raise ValueError("jane")

    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    logger = logging.getLogger("celery.app.trace")
    logger.addHandler(handler)
    try:
        build_tracer(fail.name, fail, app=celery_app)("id", (), {}, {"is_eager": True})
    finally:
        logger.removeHandler(handler)
        celery_app.tasks.pop(fail.name)
    text = JsonFormatter().format(records[-1])
    assert json.loads(text)["event"].startswith("task tests.fail raised")
    assert "jane" not in text


def test_request_has_a_number_in_its_log_line_and_its_answer(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("iqies_portal")
    logger.addHandler(handler)
    try:
        answer = client.get(f"/healthz?email={SECRET}")
    finally:
        logger.removeHandler(handler)
    line = json.loads(capsys.readouterr().err)
    assert line["request_id"] == answer["X-Request-ID"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "healthz", 200)
    assert "jane" not in str(line)


def test_number_given_by_the_proxy_is_kept(client: Client) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": "abcd-1234-efgh"})
    assert answer["X-Request-ID"] == "abcd-1234-efgh"


@pytest.mark.parametrize("given", ["short", "x" * 65, 'a"b<script>c', "two\nlines of it"])
def test_number_that_could_be_anything_else_is_not_kept(client: Client, given: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert answer["X-Request-ID"] != given
