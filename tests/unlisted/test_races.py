"""Two people at the same report, or at the same number, at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connections, transaction

from access_requests.models import AccessRequest, UnlistedProvider
from access_requests.statement import NotEligible
from access_requests.unlisted import certifying, ending, reporting
from access_requests.unlisted.adding import NewProvider, found_or_made
from access_requests.unlisted.certifying import NotGiven
from access_requests.unlisted.reporting import AlreadyEnded
from providers.ccn import Reading, read
from providers.models import Provider
from tests import builders as make
from tests.access_requests.racing import held, wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

NEW = NewProvider(ccn="015999", kind="snf", name="Quiet Harbor", city="Mobile", state="AL")


def aside(step: Callable[[], Any]) -> Future[Any]:
    """Another person's step, in a thread with a connection of its own."""

    def run() -> Any:
        try:
            return step()
        except (AlreadyEnded, NotEligible, NotGiven) as refusal:
            return refusal
        finally:
            connections.close_all()

    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(run)
    finally:
        pool.shutdown(wait=False)


def first_then(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """The second begins while the first has all its locks and has not committed."""
    with transaction.atomic():
        one = first()
        other = aside(second)
        # Watched from outside: a transaction sees the others' states as they were at first.
        aside(wait_until_somebody_waits).result(timeout=40)
    return one, other.result(timeout=20)


def test_two_reviewers_end_the_same_report() -> None:
    report = make.unlisted(make.person(), typed="015999")
    first = partial(ending.add, report.pk, new=NEW, by=make.reviewer())
    second = partial(ending.answer, report.pk, text="No.", by=make.reviewer())
    _, refusal = first_then(first, second)
    assert isinstance(refusal, AlreadyEnded)
    report.refresh_from_db()
    assert (report.status, AccessRequest.objects.count()) == ("added", 1)


@pytest.mark.parametrize("reporter_first", [True, False], ids=["reporter first", "cms first"])
def test_the_reporter_takes_it_back_while_cms_adds(reporter_first: bool) -> None:
    nurse = make.person()
    report = make.unlisted(nurse, typed="015999")
    back = partial(reporting.take_back, report.pk, by=nurse)
    add = partial(ending.add, report.pk, new=NEW, by=make.reviewer())
    _, refusal = first_then(back, add) if reporter_first else first_then(add, back)
    assert isinstance(refusal, AlreadyEnded)
    report.refresh_from_db()
    assert (report.status, AccessRequest.objects.count()) == (
        ("withdrawn", 0) if reporter_first else ("added", 1)
    )


def test_two_reports_add_the_same_ccn() -> None:
    reports = [make.unlisted(make.person(), typed=typed) for typed in ("015999", "15999")]
    steps = [partial(ending.add, each.pk, new=NEW, by=make.reviewer()) for each in reports]
    mine, theirs = first_then(*steps)
    assert (mine.was_listed, theirs.was_listed) == (False, True)
    assert Provider.objects.count() == 1
    assert AccessRequest.objects.filter(provider=mine.provider).count() == 2


@pytest.mark.parametrize("names", [("One", "Two"), ("One", "One")], ids=["two", "the same"])
def test_identifiers_given_at_once_never_collide(names: tuple[str, str]) -> None:
    news = [NewProvider(ccn="", kind="snf", name=name, city="Mobile", state="AL") for name in names]

    def make_one(new: NewProvider) -> Provider:
        with transaction.atomic():
            return found_or_made(new)[0]

    made = first_then(partial(make_one, news[0]), partial(make_one, news[1]))
    second = "PAL00001" if names[0] == names[1] else "PAL00002"
    assert [each.ccn for each in made] == ["PAL00001", second]


def test_reports_with_the_same_reporters_in_another_order_do_not_cross() -> None:
    """Persons are locked by number, before the provider."""
    ann, bob = make.person(), make.person()
    of_ann, of_bob = make.unlisted(ann, typed="015999"), make.unlisted(bob, typed="015999")
    also_ann, also_bob = make.unlisted(ann, typed="015998"), make.unlisted(bob, typed="015998")
    home = make.provider("015010")
    reviewers = make.reviewer(), make.reviewer()
    with held(home):
        one = aside(
            partial(
                ending.is_on_roster,
                of_ann.pk,
                also=[of_bob.pk],
                provider_id=home.pk,
                by=reviewers[0],
            )
        )
        wait_until_somebody_waits()
        other = aside(
            partial(ending.add, also_bob.pk, also=[also_ann.pk], new=NEW, by=reviewers[1])
        )
    ended = one.result(timeout=20), other.result(timeout=20)
    assert [each.filed for each in ended] == [2, 2]


def test_one_person_reports_the_same_twice_at_once() -> None:
    nurse = make.person()
    step = partial(make.unlisted, nurse, typed="015999")
    _, refusal = first_then(step, step)
    assert isinstance(refusal, NotEligible)
    assert UnlistedProvider.objects.count() == 1


def test_nobody_asks_at_a_row_that_goes() -> None:
    """A request at the roster's row waits for the two rows to become one, and is then refused."""
    home = make.provider("PAL00001", provisional_id="PAL00001")
    listed = make.provider("015999")
    nurse, reading = make.person(), read("015999")
    assert isinstance(reading, Reading)

    def ask() -> Any:
        try:
            return make.submit(nurse, listed)
        except Provider.DoesNotExist as gone:
            return gone

    give = partial(certifying.give_ccn, home.pk, reading, same_as=listed.pk, by=make.reviewer())
    _, gone = first_then(give, ask)
    assert isinstance(gone, Provider.DoesNotExist)
    assert not AccessRequest.objects.exists()


def test_a_row_at_which_somebody_asks_at_this_moment_does_not_go() -> None:
    home = make.provider("PAL00001", provisional_id="PAL00001")
    listed = make.provider("015999")
    nurse, reviewer, reading = make.person(), make.reviewer(), read("015999")
    assert isinstance(reading, Reading)
    ask = partial(make.submit, nurse, listed)
    _, refusal = first_then(
        ask, partial(certifying.give_ccn, home.pk, reading, same_as=listed.pk, by=reviewer)
    )
    assert isinstance(refusal, NotGiven)
    assert AccessRequest.objects.get().provider == listed
