"""The only place that changes programs and roles: locked, as the page showed them, on record."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from access_requests.models import DeskEvent, Role
from access_requests.programs.changes import (
    Change,
    Values,
    between,
    put,
    require_as_seen,
    values_of,
)
from accounts import audit
from accounts.models import User
from providers.models import Program


@transaction.atomic
def change_program(code: str, *, by: User, values: dict[str, Any], seen: str) -> list[Change]:
    """Raises ChangedMeanwhile."""
    program = Program.objects.select_for_update(no_key=True).get(code=code)
    require_as_seen(program, seen)
    changes = _write(program, values)
    if changes:
        _record(DeskEvent.PROGRAM_CHANGED, by, changes, program=code)
    return changes


@transaction.atomic
def change_role(code: str, *, by: User, values: dict[str, Any], seen: str) -> list[Change]:
    """Raises ChangedMeanwhile, and ValidationError where another role has the name by now."""
    role = Role.objects.select_for_update(no_key=True).get(code=code)
    require_as_seen(role, seen)
    changes = _write(role, values)
    if changes:
        _record(DeskEvent.ROLE_KIND_CHANGED, by, changes, role=code)
    return changes


@transaction.atomic
def add_role(code: str, *, by: User, values: dict[str, Any]) -> Role:
    """Raises ValidationError where another role has the code or the name by now."""
    role = Role(code=code, **values)
    _save(role, is_new=True)
    after = values_of(role)
    details = {"role": code, "before": {}, "after": after}
    audit.record(DeskEvent.ROLE_KIND_CHANGED, actor=by, details=details)
    return role


def _write(row: Program | Role, values: dict[str, Any]) -> list[Change]:
    before = values_of(row)
    put(row, values)
    changes = between(before, values_of(row))
    if changes:
        _save(row)
    return changes


def _save(row: Program | Role, *, is_new: bool = False) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=is_new, force_update=not is_new)
    except IntegrityError as error:
        raise ValidationError(
            _("The database refuses this: another row says the same, or a rule forbids it.")
        ) from error


def _record(type_: DeskEvent, by: User, changes: list[Change], **named: str) -> None:
    before: Values = {each.field: each.before for each in changes}
    after: Values = {each.field: each.after for each in changes}
    audit.record(type_, actor=by, details={**named, "before": before, "after": after})
