# ruff: noqa: S608 - the statements are put together from words in this file
"""Every number on every readiness page, after fifty random histories, equals a plain count.

The counts here are written anew, over requests, roles and providers; the pages read rows that
triggers keep.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from access_requests import workflow
from access_requests.models import (
    AccessRequest,
    AssignmentStatus,
    Question,
    RejectionReason,
    RoleAssignment,
    Status,
)
from access_requests.policy import StepRefused
from access_requests.readiness.listing import Page
from access_requests.statement import NotEligible
from accounts.models import User
from providers.models import Chain, Program, Provider
from tests import builders as make

HISTORIES, STEPS = 50, 20
STATES, KINDS = ("AL", "TX", "PR"), ("snf", "nf", "hospice")

PSOS = """(SELECT count(*) FROM access_requests_roleassignment r
    WHERE r.provider_id = p.id AND r.role_id = 'pso' AND r.status = 'active')"""
HAS_PSO = f"({PSOS} > 0)"
PLAIN = {
    "ccns": "SELECT count(*) FROM providers_provider p WHERE {of}",
    "none": f"SELECT count(*) FROM providers_provider p WHERE {{of}} AND {PSOS} = 0",
    "one": f"SELECT count(*) FROM providers_provider p WHERE {{of}} AND {PSOS} = 1",
    "two_or_more": f"SELECT count(*) FROM providers_provider p WHERE {{of}} AND {PSOS} > 1",
    "waiting": f"""SELECT count(DISTINCT (a.requester_id, a.provider_id))
        FROM access_requests_accessrequest a JOIN providers_provider p ON p.id = a.provider_id
        WHERE {{of}} AND a.ended_at IS NULL AND NOT {HAS_PSO}""",
    "first_psos": f"""SELECT count(*)
        FROM access_requests_accessrequest a JOIN providers_provider p ON p.id = a.provider_id
        WHERE {{of}} AND a.status = 'pending' AND a.role_id = 'pso' AND NOT {HAS_PSO}""",
}


def plain(what: str, condition: str = "true", *values: Any) -> int:
    with connection.cursor() as cursor:
        statement = PLAIN[what].format(of=f"p.closed_on IS NULL AND {condition}")
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])


def plain_by(column: str, what: str, condition: str, *values: Any) -> dict[str, int]:
    """The same for each state, kind or chain, as text."""
    statement = PLAIN[what].format(of=f"p.closed_on IS NULL AND {condition}")
    with connection.cursor() as cursor:
        statement = statement.replace("SELECT count", f"SELECT p.{column}::text, count", 1)
        cursor.execute(f"{statement} GROUP BY 1", values)
        return dict(cursor.fetchall())


class World:
    """A few CCNs and people, and everything that can happen to them, by the workflow."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.reviewer = make.reviewer(f"reviewer{seed}")
        self.people = [make.person(f"w{seed}p{n}") for n in range(4)]
        self.chains = [Chain.objects.create(name=f"CHAIN {seed} {n}") for n in range(2)]
        self.providers = [self._provider(seed, n) for n in range(3)]

    def _provider(self, seed: int, number: int) -> Provider:
        return make.provider(
            f"01{5000 + seed * 10 + number}",
            chain=self.chance.choice([None, *self.chains]),
            state=self.chance.choice(STATES),
            kind=self.chance.choice(KINDS),
        )

    def step(self) -> None:
        steps: list[Callable[[], object]] = [
            *[self.submit] * 8,
            *[self.approve] * 8,
            self.reject,
            self.ask,
            self.answer,
            self.withdraw,
            self.give_up,
            self.revoke,
            self.suspend,
            self.close_or_reopen,
            self.move,
            self.not_answered,
        ]
        try:
            self.chance.choice(steps)()
        except (StepRefused, NotEligible):
            pass

    def _request(self, *statuses: Status) -> AccessRequest | None:
        of = AccessRequest.objects.filter(provider__in=self.providers, status__in=statuses)
        found: AccessRequest | None = self.chance.choice([*of.order_by("pk"), None])
        return found

    def _decider(self, asked: AccessRequest) -> User:
        psos = RoleAssignment.objects.active().psos().filter(provider=asked.provider)
        return self.chance.choice([each.user for each in psos.order_by("pk")] or [self.reviewer])

    def submit(self) -> None:
        at = self.chance.choice(self.providers)
        at.refresh_from_db()
        role = self.chance.choice(
            ["pso", "pso", "pso", "assessment_viewer", "assessment_submitter"]
        )
        make.submit(self.chance.choice(self.people), at, role)

    def approve(self) -> None:
        if asked := self._request(Status.PENDING):
            workflow.approve(asked.pk, by=self._decider(asked))

    def reject(self) -> None:
        if asked := self._request(Status.PENDING):
            workflow.reject(
                asked.pk,
                by=self._decider(asked),
                reason=RejectionReason.OTHER,
                explanation="Not known here.",
            )

    def ask(self) -> None:
        if asked := self._request(Status.PENDING):
            workflow.return_for_information(asked.pk, by=self._decider(asked), question="Why?")

    def answer(self) -> None:
        if asked := self._request(Status.RETURNED):
            workflow.answer(asked.pk, by=asked.requester, text="Because.")

    def withdraw(self) -> None:
        if asked := self._request(Status.PENDING, Status.RETURNED):
            workflow.withdraw(asked.pk, by=asked.requester)

    def not_answered(self) -> None:
        long_ago = timezone.now() - timedelta(days=40)
        Question.objects.filter(access_request__provider__in=self.providers).update(
            asked_at=long_ago
        )
        workflow.close_unanswered()

    def _role(self) -> RoleAssignment | None:
        held = RoleAssignment.objects.not_ended().filter(provider__in=self.providers)
        found: RoleAssignment | None = self.chance.choice([*held.order_by("pk"), None])
        return found

    def give_up(self) -> None:
        if role := self._role():
            workflow.give_up(role.pk, by=role.user)

    def revoke(self) -> None:
        if role := self._role():
            workflow.revoke(role.pk, by=self.reviewer, reason="Left in May.")

    def suspend(self) -> None:
        """No step does this yet (rule 22); the rows allow it."""
        if role := self._role():
            active, suspended = AssignmentStatus.ACTIVE, AssignmentStatus.SUSPENDED
            role.status = suspended if role.status == active else active
            role.save(update_fields=["status"])

    def close_or_reopen(self) -> None:
        at = self.chance.choice(self.providers)
        at.refresh_from_db()
        at.closed_on = None if at.closed_on else date(2026, 11, 1)
        at.save(update_fields=["closed_on"])
        if at.closed_on and self.chance.random() < 0.5:
            workflow.close_at_closed_provider(at.pk)

    def move(self) -> None:
        """As an import does: many rows in one statement."""
        Provider.objects.filter(pk__in=[each.pk for each in self.providers[:2]]).update(
            state=self.chance.choice(STATES), chain=self.chance.choice(self.chains)
        )


def rows_of(page: str, under: str = "") -> Iterator[tuple[str, dict[str, int]]]:
    """The rows of the tables, by key: what is shown, not what the view knew."""
    for key, row in re.findall(r'<tr data-key="([^"]+)">(.*?)</tr>', page, re.DOTALL):
        cells = re.findall(r'<td data-what="(\w+)" class="is-number">(?:<a[^>]*>)?([\d,]+)', row)
        yield key, {what: int(number.replace(",", "")) for what, number in cells}


def figures_of(page: str) -> dict[str, int]:
    found = re.findall(r'data-figure="(\w+)">(?:<a[^>]*>)?([\d,]+)<', page)
    return {what: int(number.replace(",", "")) for what, number in found}


def check_page(client: Client, address: str, condition: str = "true", *values: Any) -> int:
    """Headlines and every row of every table. Returns how many numbers were compared."""
    page = client.get(address).content.decode()
    compared = 0
    for what, number in figures_of(page).items():
        assert number == plain(what, condition, *values), (address, what)
        compared += 1
    tables = list(rows_of(page))
    columns = {"chain_id": str.isdigit, "state": str.isupper, "kind": str.islower}
    for column, belongs in columns.items():
        shown = {key: numbers for key, numbers in tables if belongs(key)}
        for what in PLAIN if shown else ():
            expected = plain_by(column, what, condition, *values)
            if column == "chain_id":  # Of chains only the first are listed.
                expected = {key: expected[key] for key in shown if key in expected}
            found = {key: numbers[what] for key, numbers in shown.items() if numbers[what]}
            assert found == expected, (address, column, what)
            compared += len(shown)
    return compared


def check_programs(client: Client) -> int:
    page = client.get("/readiness/").content.decode()
    cards = re.findall(r'<section [^>]*data-key="([^"]+)">(.*?)</section>', page, re.DOTALL)
    kinds = {each.code: each.kinds for each in Program.objects.all()}
    compared = 0
    for code, card in cards:
        found = re.findall(r'<li data-what="(\w+)">\s*(?:<a[^>]*>)?\s*([\d,]+)', card)
        for what, number in found:
            assert int(number) == plain(what, "p.kind = ANY(%s)", kinds[code]), (code, what)
            compared += 1
    return compared


def check_lists(client: Client) -> None:
    """Behind each number of the country and of Puerto Rico are as many CCNs, or their people."""
    page = client.get("/readiness/").content.decode()
    links = set(re.findall(r'<a href="(/readiness/ccns/[^"]*)">([\d,]+)</a>', page))
    chosen = [each for each in links if "state=" not in each[0] or "state=PR" in each[0]]
    assert len(chosen) > 10
    for address, number in sorted(chosen):
        address = address.replace("&amp;", "&")
        ccns, found = listed(client, address)
        waiting = parse_qs(urlsplit(address).query).get("waiting", [""])[0]
        shown = {"people": found.waiting, "first_psos": found.first_psos}.get(waiting, found.ccns)
        assert f"{shown:,}" == number, address
        assert len(set(ccns)) == len(ccns) == found.ccns
        file = b"".join(client.get(address.replace("/ccns/", "/ccns.csv")))
        rows = list(csv.reader(StringIO(file.decode("utf-8-sig"))))[1:]
        assert [row[0] for row in rows] == [f'="{ccn}"' for ccn in ccns]
        assert sum(int(row[8]) for row in rows) == found.waiting
        assert sum(int(row[9]) for row in rows) == found.first_psos


def listed(client: Client, address: str) -> tuple[list[str], Page]:
    """The CCNs of the list, page after page, and what its first page says of all."""
    answer = client.get(address)
    found: Page = answer.context["page"]
    text = answer.content.decode()
    ccns = re.findall(r'<tr data-ccn="(\w+)"', text)
    while further := re.search(r'href="([^"]+)"\s+rel="next"', text):
        text = client.get(further[1].replace("&amp;", "&")).content.decode()
        ccns += re.findall(r'<tr data-ccn="(\w+)"', text)
    return ccns, found


@pytest.mark.django_db
def test_every_number_equals_a_plain_count() -> None:
    client = Client()
    compared = 0
    for seed in range(HISTORIES):
        world = World(seed)
        for _ in range(STEPS):
            world.step()
        if seed == 0:
            client.force_login(world.reviewer)
        compared += check_page(client, "/readiness/")
    for state in STATES:
        compared += check_page(client, f"/readiness/states/{state}/", "p.state = %s", state)
    compared += check_programs(client)
    check_lists(client)
    for kind in KINDS:
        compared += check_page(client, f"/readiness/kinds/{kind}/", "p.kind = %s", kind)
    compared += check_page(client, "/readiness/chains/")
    for chain in Chain.objects.order_by("pk")[:5]:
        compared += check_page(
            client, f"/readiness/chains/{chain.pk}/", "p.chain_id = %s", chain.pk
        )
    assert compared > 1_500, "numbers were read from the pages"
    for what in PLAIN:
        assert plain(what) > 0, f"the histories never came to {what}"
