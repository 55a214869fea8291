"""Many decided in one transaction while others decide too, on connections of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import psycopg2
import pytest
from django.db import OperationalError, connection, connections

from access_requests import workflow
from access_requests.models import (
    AccessRequest,
    EventType,
    RejectionReason,
    RoleAssignment,
    Status,
)
from access_requests.workflow.together import Outcome
from accounts.models import AuditEvent, Notice, OutgoingEmail
from tests import builders as make
from tests.access_requests.racing import at_once, during, held, wait_until_somebody_waits
from tests.services import database_url
from tests.together.scene import as_read, scene, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_fifty_of_which_five_were_decided_meanwhile() -> None:
    """By a fellow PSO, who had begun before and commits while this step waits."""
    here = scene(50, homes=5)
    theirs, ours = here.asked[20:25], here.asked[:20] + here.asked[25:]
    client = signed_in(here.pso)

    def fellow_decides() -> None:
        for each in theirs[:3]:
            workflow.approve(each.pk, by=here.fellow)
        for each in theirs[3:]:
            reason = RejectionReason.OTHER
            workflow.reject(each.pk, by=here.fellow, reason=reason, explanation="Not ours.")

    posted = partial(client.post, "/queue/together/approve/", as_read(here.asked))
    answer = during(fellow_decides, posted)
    assert answer.status_code == 302

    page = client.get(answer.url).content.decode()
    assert "45 of 50 approved now." in page
    for each in theirs:
        assert f'<a href="{each.get_absolute_url()}">{each.requester}</a>' in page
    assert page.count(f"already decided by {here.fellow}: Approved.") == 3
    assert page.count(f"already decided by {here.fellow}: Rejected.") == 2

    by = Counter(AccessRequest.objects.filter(pk__in=here.ids).values_list("decided_by", "status"))
    assert by == {
        (here.pso.pk, "approved"): 45,
        (here.fellow.pk, "approved"): 3,
        (here.fellow.pk, "rejected"): 2,
    }
    # Each has what belongs to its decision, once: role, line, notice and email.
    roles = RoleAssignment.objects.filter(access_request__in=here.ids)
    assert roles.count() == 48
    lines = AuditEvent.objects.filter(request_id__in=here.ids)
    approvals = lines.filter(type=EventType.APPROVED)
    assert Counter(approvals.values_list("actor", flat=True)) == {
        here.pso.pk: 45,
        here.fellow.pk: 3,
    }
    for each in ours:
        [told] = Notice.objects.filter(request_id=each.pk, kind="request_approved")
        assert told.email is not None
        assert told.email.to_address == each.requester.email
    assert not Notice.objects.filter(recipient__in=[each.requester for each in theirs[3:]]).filter(
        kind="request_approved"
    )


def test_two_overlapping_approvals_decide_each_once() -> None:
    """In opposite orders of numbers, at the same moment, over several CCNs."""
    here = scene(30, homes=3)
    first = partial(workflow.approve_many, here.ids[:20], by=here.pso)
    second = partial(workflow.approve_many, here.ids[:9:-1], by=here.fellow)
    outcomes: list[list[Outcome]] = at_once([first, second])
    done = [each.pk for several in outcomes for each in several if each.is_done]
    assert sorted(done) == here.ids
    assert not AccessRequest.objects.filter(pk__in=here.ids).exclude(status=Status.APPROVED)
    refused = [each.refusal for several in outcomes for each in several if not each.is_done]
    assert len(refused) == 10
    assert all("This request was already decided by" in each for each in refused)
    assert RoleAssignment.objects.filter(access_request__in=here.ids).count() == 30
    approvals = AuditEvent.objects.filter(type=EventType.APPROVED, request_id__in=here.ids)
    assert approvals.count() == 30


def test_providers_are_locked_in_the_order_of_their_ids() -> None:
    """Not by luck: with the second of three held by somebody else, the first is taken already and
    the third is not. Two steps that take the same order never wait for one another in a ring."""
    here = scene(3, homes=3)

    def approve() -> list[Outcome]:
        try:
            return workflow.approve_many(here.ids[::-1], by=here.pso)
        finally:
            connections.close_all()

    with held(here.homes[1]) as cursor, ThreadPoolExecutor(1) as pool:
        running = pool.submit(approve)
        wait_until_somebody_waits()
        free = [is_free(each.pk) for each in here.homes]
        cursor.connection.rollback()
        assert free == [False, False, True]
        assert all(each.is_done for each in running.result(timeout=30))


def is_free(provider_id: int) -> bool:
    other = psycopg2.connect(database_url())
    try:
        with other.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM providers_provider WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED",
                [provider_id],
            )
            return cursor.fetchone() is not None
    finally:
        other.close()


def test_whoever_ceased_to_be_pso_meanwhile_decides_nothing() -> None:
    """What is judged is read once the providers' locks are held: no request is touched by a role
    that ends, so nothing but the provider's row makes the step wait before it judges."""
    here = scene(4, homes=2)
    role = RoleAssignment.objects.get(user=here.pso, provider=here.homes[0])
    outcomes: list[Outcome] = during(
        lambda: workflow.revoke(role.pk, by=here.fellow, reason="Left."),
        partial(workflow.approve_many, here.ids, by=here.pso),
    )
    assert [each.is_done for each in outcomes] == [False, True, False, True]


@pytest.mark.parametrize("name", ["approve", "reject", "revoke"])
def test_each_waits_for_whoever_has_one_of_the_providers(name: str) -> None:
    here = scene(2, homes=2)
    make.holder(here.homes[1])
    held_roles = list(RoleAssignment.objects.values_list("pk", flat=True))
    steps: dict[str, Callable[[], Any]] = {
        "approve": partial(workflow.approve_many, here.ids, by=here.pso),
        "reject": partial(
            workflow.reject_many,
            here.ids,
            by=here.pso,
            reason=RejectionReason.OTHER,
            explanation="No.",
        ),
        "revoke": partial(workflow.revoke_many, held_roles, by=here.pso, reason="Left."),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    try:
        with held(here.homes[1]), pytest.raises(OperationalError, match="lock timeout") as waited:
            steps[name]()
        assert "providers_provider" in str(waited.value)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert steps[name]()


def test_the_connection_that_breaks_in_the_middle_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server ends the session after the decisions, the roles and the lines are written."""
    here = scene(10, homes=2)
    sent = OutgoingEmail.objects.count()

    def dies(*_args: Any, **_kwargs: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def approve() -> Any:
        try:
            return workflow.approve_many(here.ids, by=here.pso)
        finally:
            connections.close_all()

    with monkeypatch.context() as patch, ThreadPoolExecutor(1) as pool:
        patch.setattr("access_requests.joint_letters.tell", dies)
        failure = pool.submit(approve).exception(timeout=30)
    assert isinstance(failure, OperationalError)
    assert AccessRequest.objects.filter(pk__in=here.ids, status=Status.PENDING).count() == 10
    assert not RoleAssignment.objects.filter(access_request__in=here.ids).exists()
    assert not AuditEvent.objects.filter(type=EventType.APPROVED, request_id__in=here.ids).exists()
    assert OutgoingEmail.objects.count() == sent
    assert all(each.is_done for each in workflow.approve_many(here.ids, by=here.pso))
