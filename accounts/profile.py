"""Changing what an account says about its person. Requests keep what was said in them."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts import audit, security_notices
from accounts.models import User

FIELDS = ("full_name", "phone", "employer", "job_title")


@transaction.atomic
def change(person: User, **said: str) -> list[str]:
    """Names the fields that changed. Under the person's lock: a request being filed at the same
    moment reads the name before or after, and writes it nowhere in between."""
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    changed = [name for name in FIELDS if name in said and getattr(locked, name) != said[name]]
    if not changed:
        return []
    before = locked.full_name
    for name in changed:
        setattr(locked, name, said[name])
    locked.save(update_fields=changed)
    if "full_name" in changed:
        _record_name(locked, before)
    if rest := [name for name in changed if name != "full_name"]:
        audit.record("profile_changed", actor=locked, person=locked, details={"fields": rest})
    return changed


def _record_name(person: User, before: str) -> None:
    details: dict[str, Any] = {"before": before, "after": person.full_name}
    audit.record("name_changed", actor=person, person=person, details=details)
    # A name that is given for the first time takes none away.
    if before:
        security_notices.tell(person, "name_changed", **details)
