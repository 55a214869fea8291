"""What the database refuses, whoever asks: each rule by its name, on forged rows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from access_requests import workflow
from access_requests.models import (
    AccessRequest,
    Question,
    RejectionReason,
    Role,
    RoleAssignment,
)
from tests import builders as make
from tests.access_requests import forging as forge
from tests.access_requests.forging import refused_by

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DECIDED = {"ended_at": NOW, "decided_as": "pso"}
# Its first column is the primary key, so nothing can break it. A foreign key points at it.
CANNOT_BE_BROKEN = {"access_request_what_was_asked"}

BROKEN_REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("access_request_decision_matches_status", {"ended_at": NOW}),
    ("access_request_decision_matches_status", {"decided_as": "pso"}),
    ("access_request_decision_matches_status", {"status": "returned", "ended_at": NOW}),
    ("access_request_decision_matches_status", {"status": "withdrawn"}),
    ("access_request_decision_matches_status", {"status": "withdrawn", **DECIDED}),
    ("access_request_decision_matches_status", {"status": "approved", **DECIDED}),
    ("access_request_reason_iff_rejected", {"rejection_reason": "other"}),
    ("access_request_reason_iff_rejected", {"rejection_explanation": "Because."}),
    ("access_request_closed_reason_iff_closed", {"closed_reason": "not_answered"}),
    ("access_request_closed_reason_iff_closed", {"status": "closed", "ended_at": NOW}),
    ("access_request_says_how_person_belongs", {"affiliation": "friend"}),
    ("access_request_says_how_person_belongs", {"job_title": ""}),
    ("access_request_says_how_person_belongs", {"employer": ""}),
    ("access_request_pso_is_employed", {"role_id": "pso", "affiliation": "vendor"}),
]


@pytest.mark.parametrize(("rule", "fields"), BROKEN_REQUESTS)
def test_a_request_that_breaks_a_rule(rule: str, fields: dict[str, Any]) -> None:
    with refused_by(rule):
        forge.request(**fields)


def test_a_request_of_no_known_status() -> None:
    forge.drop("access_requests_accessrequest", "access_request_decision_matches_status")
    with refused_by("access_request_status_known"):
        forge.request(status="forgotten")


def test_a_request_decided_by_who_may_not() -> None:
    person = make.person()
    with refused_by("access_request_not_self_decided"):
        forge.approved(requester=person, decided_by=person)
    with refused_by("access_request_cms_decides_only_pso"):
        forge.approved(decided_as="cms")


@pytest.mark.parametrize(
    "fields",
    [
        {"rejection_reason": "", "rejection_explanation": "Because."},
        {"rejection_reason": "other", "rejection_explanation": ""},
        {"rejection_reason": "whim", "rejection_explanation": "Because."},
    ],
)
def test_a_rejection_without_reason_or_explanation(fields: dict[str, str]) -> None:
    with refused_by("access_request_reason_iff_rejected"):
        forge.request(status="rejected", decided_by=make.person(), **DECIDED, **fields)


@pytest.mark.parametrize("status", ["pending", "returned"])
def test_a_second_open_request_for_the_same(status: str) -> None:
    first = forge.request(status=status)
    with refused_by("access_request_one_open"):
        forge.request(requester=first.requester, provider=first.provider)


def test_what_was_asked_never_changes() -> None:
    asked = forge.request()
    changes = {
        "requester": make.person(),
        "provider": make.provider(),
        "role": make.role("assessment_submitter"),
        "affiliation": "vendor",
        "submitted_at": timezone.now(),
    }
    for name, value in changes.items():
        with refused_by("access_request_asks_for_one_thing"):
            AccessRequest.objects.filter(pk=asked.pk).update(**{name: value})


def ended_requests() -> list[AccessRequest]:
    """One of each way to end, by walking the workflow."""
    home = make.provider()
    pso = make.pso(home)
    asked = [make.submit(make.person(), home) for _ in range(4)]
    workflow.approve(asked[0].pk, by=pso)
    workflow.reject(asked[1].pk, by=pso, reason=RejectionReason.OTHER, explanation="No.")
    workflow.withdraw(asked[2].pk, by=asked[2].requester)
    home.closed_on = NOW.date()
    home.save()
    workflow.close_at_closed_provider(home.pk)
    return asked


def test_an_ended_request_never_changes() -> None:
    for ended in ended_requests():
        rows = AccessRequest.objects.filter(pk=ended.pk)
        for change in ({"status": "pending", "ended_at": None}, {"job_title": "Owner"}):
            with refused_by("access_request_ended_never_changes"):
                rows.update(**change)


def test_no_request_is_ever_deleted() -> None:
    for each in [*ended_requests(), forge.request()]:
        with refused_by("access_request_never_deleted"):
            AccessRequest.objects.filter(pk=each.pk)._raw_delete("default")


def test_an_approval_without_its_role() -> None:
    with refused_by("access_request_approved_has_assignment"):
        forge.approved()
    pending = forge.request()
    with refused_by("access_request_approved_has_assignment"):
        AccessRequest.objects.filter(pk=pending.pk).update(
            status="approved", decided_by=make.person(), **DECIDED
        )


@pytest.mark.parametrize("status", ["pending", "returned", "withdrawn"])
def test_a_role_without_an_approval(status: str) -> None:
    asked = forge.request(status=status, ended_at=NOW if status == "withdrawn" else None)
    with refused_by("role_assignment_only_through_approved_request"):
        forge.assignment(asked)


def test_a_role_other_than_the_one_approved() -> None:
    others: list[dict[str, Any]] = [
        {"user_id": make.person().pk},
        {"provider_id": make.provider().pk},
        {"role_id": "assessment_submitter"},
        {"affiliation": "vendor"},
    ]
    for other in others:
        with refused_by("role_assignment_only_through_approved_request"):
            forge.assignment(forge.approved(), **other)


def test_a_role_that_is_turned_into_another_one() -> None:
    home = make.provider()
    make.pso(home)
    held = RoleAssignment.objects.filter(user=make.holder(home))
    changes: list[dict[str, Any]] = [
        {"user": make.person()},
        {"provider": make.provider()},
        {"role": make.role("pso")},
        {"affiliation": "vendor"},
    ]
    for change in changes:
        with refused_by("role_assignment_only_through_approved_request"):
            held.update(**change)


BROKEN_ROLES: list[tuple[str, dict[str, Any]]] = [
    ("role_assignment_status_known", {"status": "forgotten"}),
    ("role_assignment_ended_at_iff_ended", {"status": "ended"}),
    ("role_assignment_ended_at_iff_ended", {"status": "ended", "ended_at": NOW}),
    ("role_assignment_ended_at_iff_ended", {"ended_at": NOW}),
    ("role_assignment_ended_at_iff_ended", {"status": "suspended", "ended_how": "given_up"}),
    (
        "role_assignment_revoked_with_reason",
        {"status": "ended", "ended_at": NOW, "ended_how": "revoked", "end_reason": "Left."},
    ),
    ("role_assignment_pso_is_employed", {"role_id": "pso", "affiliation": "vendor"}),
]


@pytest.mark.parametrize(("rule", "fields"), BROKEN_ROLES)
def test_a_role_that_breaks_a_rule(rule: str, fields: dict[str, Any]) -> None:
    with refused_by(rule):
        forge.assignment(forge.approved(), **fields)


def test_a_role_revoked_without_a_reason() -> None:
    with refused_by("role_assignment_revoked_with_reason"):
        forge.assignment(
            forge.approved(),
            **{"status": "ended", "ended_at": NOW, "ended_how": "revoked"},
            ended_by=make.person(),
        )


@pytest.mark.parametrize("status", ["active", "suspended"])
def test_the_same_role_held_twice(status: str) -> None:
    first = forge.approved()
    forge.assignment(first, status=status)
    with refused_by("role_assignment_one_not_ended"):
        forge.assignment(forge.approved(requester=first.requester, provider=first.provider))


def test_an_ended_role_never_changes_and_no_role_is_ever_deleted() -> None:
    home = make.provider()
    pso = make.pso(home)
    held = RoleAssignment.objects.get(user=pso)
    with refused_by("role_assignment_never_deleted"):
        RoleAssignment.objects.filter(pk=held.pk)._raw_delete("default")
    workflow.give_up(held.pk, by=pso)
    for change in ({"status": "active", "ended_at": None, "ended_how": ""}, {"end_reason": "x"}):
        with refused_by("role_assignment_ended_never_changes"):
            RoleAssignment.objects.filter(pk=held.pk).update(**change)
    with refused_by("role_assignment_never_deleted"):
        RoleAssignment.objects.filter(pk=held.pk)._raw_delete("default")


PSO, VENDOR = {"role_id": "pso"}, {"affiliation": "vendor"}


@pytest.mark.parametrize(("first", "then"), [(PSO, VENDOR), (VENDOR, PSO)])
@pytest.mark.parametrize("holds", ["asked", "returned", "held", "suspended"])
def test_nobody_is_pso_and_vendor_at_one_ccn(
    first: dict[str, str], then: dict[str, str], holds: str
) -> None:
    if holds in {"asked", "returned"}:
        here = forge.request(**first, status="pending" if holds == "asked" else "returned")
    else:
        here = forge.approved(**first)
        forge.assignment(here, status="active" if holds == "held" else "suspended")
    same = {"requester": here.requester, "provider": here.provider}
    with refused_by("pso_is_no_vendor_at_same_ccn"):
        forge.request(**same, **then)
    with refused_by("pso_is_no_vendor_at_same_ccn"):
        forge.assignment(forge.approved(**same, **then))
    forge.request(requester=here.requester, **then)


def test_a_former_pso_may_serve_the_same_ccn_as_a_vendor() -> None:
    home = make.provider()
    pso = make.pso(home)
    workflow.give_up(RoleAssignment.objects.get(user=pso).pk, by=pso)
    assert make.submit(pso, home, statement=make.VENDOR).pk


def test_questions() -> None:
    asked = {"access_request": forge.request(), "asked_by": make.person(), "asked_at": NOW}
    with refused_by("question_says_something"):
        Question.objects.create(**asked, text="")
    for half in (
        {"answer": "Yes."},
        {"answered_at": NOW},
        {"answer": "Yes.", "answered_at": NOW, "taken_back_at": NOW},
    ):
        with refused_by("question_answered_or_taken_back"):
            Question.objects.create(**asked, text="Why?", **half)
    Question.objects.create(**asked, text="Why?")
    with refused_by("question_one_open"):
        Question.objects.create(**asked, text="And why else?")


def test_the_pso_role_stays_what_the_rules_rest_on() -> None:
    for rule, change in (
        ("role_pso_never_open_to_vendors", {"open_to_vendors": True}),
        ("role_pso_keeps_its_name", {"name": "Boss"}),
        ("role_pso_always_offered", {"is_offered": False}),
    ):
        with refused_by(rule):
            Role.objects.filter(code="pso").update(**change)


def test_every_rule_the_database_holds_is_tried_here() -> None:
    tables = [each._meta.db_table for each in (AccessRequest, Question, Role, RoleAssignment)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid::regclass::text = ANY(%(tables)s)"
            " UNION SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE indrelid::regclass::text = ANY(%(tables)s) AND indisunique"
            " UNION SELECT (regexp_matches(prosrc, $$CONSTRAINT = '(\\w+)'$$, 'g'))[1]"
            " FROM pg_proc JOIN pg_trigger ON tgfoid = pg_proc.oid"
            " WHERE tgrelid::regclass::text = ANY(%(tables)s) AND NOT tgisinternal",
            {"tables": tables},
        )
        names = {name for (name,) in cursor.fetchall()}
    # Django's own: primary keys, one-to-one and unique fields, plain foreign keys.
    ours = {name for name in names if not re.match("access_requests_", name)}
    both = (Path(__file__), Path(__file__).with_name("test_day_constraints.py"))
    tried = "".join(each.read_text() for each in both)
    assert len(ours) > 20
    assert [name for name in sorted(ours) if f'"{name}"' not in tried] == []
    assert ours >= CANNOT_BE_BROKEN
