"""One person with a personal address asks to be PSO of twenty CCNs at the same moment (rule 5).

The race shows the outcome; that it is no luck, the lock does: a transaction that counted and has
not ended yet is waited for.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from access_requests.models import AccessRequest
from access_requests.statement import NotEligible
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.access_requests.racing import at_once, held, wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

ATTESTED = replace(make.EMPLOYED, attests_no_corporate_email=True, attests_small_organization=True)
FORM = {
    "role": "pso",
    "affiliation": "employed",
    "job_title": "Administrator",
    "employer": "Sunrise Care LLC",
    "administrator_name": "Ada Winter",
    "administrator_contact": "(555) 010-0100",
    "attests_small_organization": "on",
    "attests_no_corporate_email": "on",
}


def twenty_ccns() -> tuple[list[Provider], list[Provider]]:
    """Fourteen that have no chain, and six homes of a chain of six."""
    return [make.provider() for _ in range(14)], make.chain(6)[1]


def asked_for(person: User) -> list[Provider]:
    filed = AccessRequest.objects.open().for_pso_role().filter(requester=person)
    return [each.provider for each in filed.select_related("provider__chain")]


def test_twenty_submissions_leave_two_and_none_in_a_large_chain() -> None:
    person = make.person(email="nurse@gmail.com")
    small, large = twenty_ccns()
    outcomes = at_once(
        partial(make.submit, person, home, "pso", ATTESTED) for home in [*large, *small]
    )
    assert len(outcomes) == 20
    assert len(asked_for(person)) == 2
    assert not {home.pk for home in asked_for(person)} & {home.pk for home in large}
    refused = [str(each) for each in outcomes if isinstance(each, NotEligible)]
    assert sum("at most two CCNs" in each for each in refused) == 12
    assert sum("Use your corporate email address" in each for each in refused) == 6


def test_twenty_tabs_of_one_browser() -> None:
    """The same over the page, each with the person's session."""
    person = make.person(email="nurse@gmail.com")
    small, large = twenty_ccns()

    def post(home: Provider) -> Callable[[], Any]:
        client = Client(raise_request_exception=False)
        client.force_login(person)
        return partial(client.post, reverse("access_requests:new"), {**FORM, "ccn": home.ccn})

    answers = at_once([post(home) for home in [*large, *small]])
    assert sorted(each.status_code for each in answers) == [302] * 2 + [422] * 18
    assert len(asked_for(person)) == 2
    assert not {home.pk for home in asked_for(person)} & {home.pk for home in large}


def test_a_submission_waits_for_one_that_has_counted_already() -> None:
    """Not by luck: with another transaction in the midst of submitting, this one stands still."""
    person = make.person(email="nurse@gmail.com")
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    try:
        with held(person), pytest.raises(OperationalError, match="lock timeout") as waited:
            make.submit(person, make.provider(), "pso", ATTESTED)
        assert "accounts_user" in str(waited.value)
        assert not asked_for(person)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def test_and_counts_what_that_one_filed() -> None:
    person = make.person(email="nurse@gmail.com")
    make.submit(person, make.provider(), "pso", ATTESTED)
    second, third = make.provider(), make.provider()

    filed, may_commit = Event(), Event()

    def submit_second() -> None:
        try:
            with transaction.atomic():
                make.submit(person, second, "pso", ATTESTED)
                filed.set()
                assert may_commit.wait(timeout=30)
        finally:
            connections.close_all()

    def submit_third() -> Any:
        try:
            return make.submit(person, third, "pso", ATTESTED)
        except NotEligible as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(submit_second)
        assert filed.wait(timeout=30)
        outcome = pool.submit(submit_third)
        wait_until_somebody_waits()
        may_commit.set()
        slow.result(timeout=30)
        assert "at most two CCNs" in str(outcome.result(timeout=30))
    assert second in asked_for(person)
    assert len(asked_for(person)) == 2
