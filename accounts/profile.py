"""Changing what an account says about its person. Requests keep what was said in them."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts import audit, security_notices
from accounts.models import User

FIELDS = ("full_name", "phone", "employer", "job_title")


@transaction.atomic
def change(person: User, **said: str) -> None:
    """Under the person's lock: what another step has written meanwhile is not undone."""
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    _write(locked, {name: text for name, text in said.items() if getattr(locked, name) != text})


def fill_in(locked: User, **said: str) -> None:
    """What the profile does not say yet, in the caller's transaction and under its lock."""
    _write(
        locked, {name: text for name, text in said.items() if text and not getattr(locked, name)}
    )


def _write(locked: User, changes: dict[str, str]) -> None:
    if not changes:
        return
    before = locked.full_name
    for name, text in changes.items():
        setattr(locked, name, text)
    locked.save(update_fields=list(changes))
    if "full_name" in changes:
        _record_name(locked, before)
    if rest := [name for name in changes if name != "full_name"]:
        audit.record("profile_changed", actor=locked, person=locked, details={"fields": rest})


def _record_name(person: User, before: str) -> None:
    details: dict[str, Any] = {"before": before, "after": person.full_name}
    audit.record("name_changed", actor=person, person=person, details=details)
    # A name that is given for the first time takes none away.
    if before:
        security_notices.tell(person, "name_changed", **details)
