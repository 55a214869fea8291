"""Rows that no step would write, and the proof of which rule of the database refused them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from access_requests.models import AccessRequest, RoleAssignment
from tests import builders as make


@contextmanager
def refused_by(name: str) -> Iterator[None]:
    """What is done inside fails, at the commit at the latest, on the rule of this name."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():  # noqa: PT012
        yield
        connection.check_constraints()
    assert caught.value.__cause__.diag.constraint_name == name  # type: ignore[union-attr]


def drop(table: str, constraint: str) -> None:
    """Until the test's transaction is rolled back. For a rule that stands behind another."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")


def request(**fields: Any) -> AccessRequest:
    """A row as it is given, written past the workflow."""
    plain = {
        "role_id": "assessment_viewer",
        "affiliation": "employed",
        "job_title": "Nurse",
        "employer": "Sunrise Care LLC",
        "submitted_at": timezone.now(),
    }
    people = {} if "requester" in fields else {"requester": make.person()}
    places = {} if "provider" in fields else {"provider": make.provider()}
    return AccessRequest.objects.create(**(plain | people | places | fields))


def approved(**fields: Any) -> AccessRequest:
    decided = {
        "status": "approved",
        "ended_at": timezone.now(),
        "decided_by": make.person(),
        "decided_as": "pso",
    }
    return request(**(decided | fields))


def assignment(of: AccessRequest, **fields: Any) -> RoleAssignment:
    asked = {
        "access_request": of,
        "user_id": of.requester_id,
        "provider_id": of.provider_id,
        "role_id": of.role_id,
        "affiliation": of.affiliation,
        "granted_at": timezone.now(),
    }
    return RoleAssignment.objects.create(**(asked | fields))
