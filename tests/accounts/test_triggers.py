"""What the database refuses, whoever asks."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit
from accounts.models import AuditEvent, AuditSeal, User
from tests.builders import person

pytestmark = pytest.mark.django_db


def test_a_user_id_can_never_change() -> None:
    user = person("patdoe77")
    with pytest.raises(IntegrityError, match="A User ID can never change"), transaction.atomic():
        User.objects.filter(pk=user.pk).update(username="patdoe78")
    user.refresh_from_db()
    assert user.username == "patdoe77"


def test_everything_else_of_an_account_can() -> None:
    user = person("patdoe77")
    user.full_name = "Pat Roe"
    user.save()
    assert User.objects.get(username="patdoe77").full_name == "Pat Roe"


@pytest.mark.parametrize("step", ["update", "delete"])
def test_the_audit_trail_is_only_added_to(step: str) -> None:
    event = audit.record("account_created", actor=None)
    rows = AuditEvent.objects.filter(pk=event.pk)
    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic():
        rows.delete() if step == "delete" else rows.update(type="something_else")
    assert rows.get().type == "account_created"


@pytest.mark.parametrize("step", ["update", "delete"])
def test_so_are_its_seals(step: str) -> None:
    seal = AuditSeal.objects.create(
        number=1, at=timezone.now(), event_ids=[], highest_event_id=0, digest="", signature=""
    )
    rows = AuditSeal.objects.filter(pk=seal.pk)
    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic():
        rows.delete() if step == "delete" else rows.update(digest="x")
    assert rows.exists()


def test_a_user_id_is_stored_in_lower_case() -> None:
    with pytest.raises(IntegrityError, match="user_id_in_lower_case"):
        person("PatDoe77")
