"""Which of their notices a person has read. Nothing else hangs on it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Notice, User


def unread(person: User) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient=person, read_at=None)


def read_up_to(person: User, newest: int) -> int:
    """What a page showed and what is older, but not what has arrived since."""
    return unread(person).filter(pk__lte=newest).update(read_at=timezone.now())


def opened(person: User, path: str) -> int:
    """The page of a request that they lead to."""
    about = unread(person).filter(path=path, request_id__isnull=False)
    return about.update(read_at=timezone.now())


def mark(notice: Notice, *, is_read: bool) -> None:
    if is_read == (notice.read_at is not None):
        return
    notice.read_at = timezone.now() if is_read else None
    notice.save(update_fields=["read_at"])
