"""Budgets: a list takes at most 8 queries and a decision 12, the same for 1 row and for 50."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access_requests import workflow
from access_requests.models import AccessRequest, RoleAssignment
from accounts.models import User
from providers.models import Provider
from tests import builders as make

pytestmark = pytest.mark.django_db

LIST_BUDGET, DECISION_BUDGET = 8, 12
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
FEW, MANY = 1, 50

REJECTION = {"reject-reason": "other", "reject-explanation": "Not on our staff list."}
QUESTION = {"return-question": "Which unit?"}


class Taken(NamedTuple):
    """Statements a page took; `control` of them begin and end its transaction."""

    queries: int
    control: int

    @property
    def total(self) -> int:
        return self.queries + self.control


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def taken(client: Client, address: str, data: dict[str, str] | None = None) -> Taken:
    """What a page takes; with data, a step that is taken there and answered by a redirect."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address) if data is None else client.post(address, data)
    assert response.status_code == (200 if data is None else 302)
    control = [each for each in captured.captured_queries if each["sql"].startswith(CONTROL)]
    return Taken(len(captured) - len(control), len(control))


def busy_home(requests: int, *, holders: int = 0) -> tuple[Provider, User]:
    """A CCN with two PSOs, so many open requests and so many holders."""
    home = make.provider()
    pso = make.pso(home)
    make.pso(home)
    for _ in range(requests):
        make.submit(make.person(), home)
    for _ in range(holders):
        make.holder(home)
    return home, pso


def ccn_without_pso(requests: int) -> Provider:
    home = make.provider()
    for _ in range(requests):
        make.submit(make.person(), home, "pso")
        make.submit(make.person(), home)
    return home


def queue_of_a_pso(rows: int) -> Taken:
    _, pso = busy_home(rows)
    return taken(signed_in(pso), "/queue/")


def queue_of_cms(rows: int) -> Taken:
    ccn_without_pso(rows)
    return taken(signed_in(make.reviewer()), "/queue/")


def my_requests(rows: int) -> Taken:
    person = make.person()
    for _ in range(rows):
        make.submit(person, make.provider())
    return taken(signed_in(person), "/requests/")


def my_notices(rows: int) -> Taken:
    person = make.person()
    for _ in range(rows):
        make.submit(person, make.provider())
    return taken(signed_in(person), "/notices/")


def home_of_a_pso(rows: int) -> Taken:
    reviewer, pso = make.reviewer(), make.person()
    for _ in range(rows):
        home = make.provider()
        make.pso(home, pso, by=reviewer)
        make.submit(make.person(), home)
        make.submit(pso, home)
    return taken(signed_in(pso), "/")


def home_of_cms(rows: int) -> Taken:
    ccn_without_pso(rows)
    return taken(signed_in(make.reviewer()), "/")


@pytest.mark.parametrize(
    "page", [queue_of_a_pso, queue_of_cms, my_requests, my_notices, home_of_a_pso, home_of_cms]
)
def test_a_list_takes_at_most_eight_however_many_rows(page: Callable[[int], Taken]) -> None:
    few, many = page(FEW), page(MANY)
    assert few == many
    assert many.queries <= LIST_BUDGET


def page_of_a_request(rows: int, *, cms: bool) -> Taken:
    home, pso = busy_home(rows)
    asked = AccessRequest.objects.open().filter(provider=home)[0]
    for _ in range(rows):
        workflow.return_for_information(asked.pk, by=pso, question="Which unit?")
        workflow.answer(asked.pk, by=asked.requester, text="The north one.")
    return taken(signed_in(make.reviewer() if cms else pso), asked.get_absolute_url())


def page_of_a_provider(rows: int, *, cms: bool) -> Taken:
    home, pso = busy_home(rows, holders=rows)
    return taken(signed_in(make.reviewer() if cms else pso), home.get_absolute_url())


@pytest.mark.parametrize("cms", [False, True])
@pytest.mark.parametrize("page", [page_of_a_request, page_of_a_provider])
def test_a_page_of_one_thing_takes_the_same_however_much_hangs_on_it(
    page: Callable[..., Taken], cms: bool
) -> None:
    few, many = page(FEW, cms=cms), page(MANY, cms=cms)
    assert few == many
    assert many.queries <= 14


def approve_a_viewer(rows: int) -> Taken:
    home, pso = busy_home(rows)
    asked = make.submit(make.person(), home)
    return taken(signed_in(pso), f"{asked.get_absolute_url()}approve/", make.as_read(asked))


def reject_a_viewer(rows: int) -> Taken:
    home, pso = busy_home(rows)
    asked = make.submit(make.person(), home)
    return taken(signed_in(pso), f"{asked.get_absolute_url()}reject/", REJECTION)


def return_a_viewer(rows: int) -> Taken:
    home, pso = busy_home(rows)
    asked = make.submit(make.person(), home)
    return taken(signed_in(pso), f"{asked.get_absolute_url()}return/", QUESTION)


@pytest.mark.parametrize("decision", [approve_a_viewer, reject_a_viewer, return_a_viewer])
def test_a_decision_takes_at_most_twelve_with_begin_and_commit(
    decision: Callable[[int], Taken],
) -> None:
    few, many = decision(FEW), decision(MANY)
    assert few == many
    assert many.total <= DECISION_BUDGET


def first_pso(rows: int, *, personal: bool) -> Taken:
    """CMS approves a first PSO where so many PSO requests and working roles wait."""
    home = ccn_without_pso(rows)
    reviewer = make.reviewer()
    asked = pso_request(home, personal=personal)
    return taken(signed_in(reviewer), f"{asked.get_absolute_url()}approve/", make.as_read(asked))


def second_pso(rows: int, *, personal: bool) -> Taken:
    """A sole PSO, who asks for a working role too, approves the second one."""
    home = make.provider()
    pso = make.pso(home)
    make.submit(pso, home)
    for _ in range(rows):
        make.submit(make.person(), home)
    asked = pso_request(home, personal=personal)
    return taken(signed_in(pso), f"{asked.get_absolute_url()}approve/", make.as_read(asked))


def pso_request(home: Provider, *, personal: bool) -> AccessRequest:
    if not personal:
        return make.submit(make.person(), home, "pso")
    home.chain = make.chain(1)[0]
    home.save()
    person = make.person(email=f"nurse{home.pk}@gmail.com")
    attested = replace(make.EMPLOYED, attests_no_corporate_email=True)
    return make.submit(person, home, "pso", attested)


@pytest.mark.parametrize("personal", [False, True])
@pytest.mark.parametrize("decision", [first_pso, second_pso])
def test_making_a_pso_takes_at_most_twelve_with_begin_and_commit(
    decision: Callable[..., Taken], personal: bool
) -> None:
    """A personal address takes one more: the size of the chain is counted. So does a first PSO:
    its checklist, read with the request, is written down (docs/decisions/0013)."""
    few, many = decision(FEW, personal=personal), decision(MANY, personal=personal)
    assert few == many
    assert many.queries <= DECISION_BUDGET
    keeps_checklist = decision is first_pso
    assert many.total - personal - keeps_checklist <= DECISION_BUDGET


def test_ending_the_last_psos_role_takes_the_same_however_many_are_told() -> None:
    def give_up(rows: int) -> Taken:
        home = make.provider()
        pso = make.pso(home)
        for _ in range(rows):
            make.submit(make.holder(home), home, "pso")
            make.submit(make.person(), home)
        held = RoleAssignment.objects.get(user=pso)
        return taken(signed_in(pso), f"/roles/{held.pk}/give-up/", {"sure": "yes"})

    assert give_up(FEW) == give_up(MANY)
