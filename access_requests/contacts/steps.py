"""The only place that adds and removes contacts. Each step is one transaction, on record."""

from __future__ import annotations

import lzma
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests.contacts import lists
from access_requests.contacts.comparison import Comparison, Row, compare
from access_requests.models import Contact, ContactUpload, DeskEvent
from accounts import audit
from accounts.models import User
from providers.models import Provider

# Any number will do, so long as no other advisory lock of the portal has it.
_LOCK = 4264227
_AT_A_TIME = 2000
FORGOTTEN_AFTER = timedelta(days=7)


class Changed(Exception):
    """What would be written is no longer what was agreed to."""


@transaction.atomic
def add(
    *,
    provider: Provider,
    by: User,
    name: str = "",
    position: str = "",
    email: str = "",
    phone: str = "",
) -> Contact:
    """Raises ValidationError when somebody with this address is there already."""
    lock_contacts()
    email = email.lower()
    here = Contact.objects.filter(provider=provider, removed_at=None)
    if email and here.filter(email=email).exists():
        said = _("A contact with this address is there already at %(ccn)s.")
        raise ValidationError(said % {"ccn": provider.ccn})
    contact = Contact.objects.create(
        provider=provider,
        name=name,
        position=position,
        email=email,
        phone=phone,
        source=Contact.Source.ENTERED,
        added_by=by,
        added_at=timezone.now(),
    )
    audit.record(
        DeskEvent.CONTACT_ADDED, actor=by, ccn=provider.ccn, details={"contact": contact.pk}
    )
    return contact


@transaction.atomic
def remove(contact_id: int, *, by: User, why: str) -> Contact:
    """Raises ValidationError when somebody else has removed it meanwhile."""
    contact = (
        Contact.objects.select_for_update(of=("self",))
        .select_related("provider")
        .get(pk=contact_id)
    )
    if contact.removed_at is not None:
        raise ValidationError(_("This contact has been removed already."))
    contact.removed_at, contact.removed_why = timezone.now(), why
    contact.save(update_fields=["removed_at", "removed_why"])
    audit.record(
        DeskEvent.CONTACT_REMOVED,
        actor=by,
        ccn=contact.provider.ccn,
        details={"contact": contact.pk, "reason": why},
    )
    return contact


@transaction.atomic
def move(source: Provider, target: Provider, *, by: User) -> int:
    """To the provider that this one becomes one with; how many. Who is known at both is left once:
    the other of the two is removed, and what was written to it stays with it."""
    lock_contacts()
    here = Contact.objects.filter(provider=target, removed_at=None).exclude(email="")
    moved = Contact.objects.filter(provider=source)
    twice = moved.filter(removed_at=None, email__in=list(here.values_list("email", flat=True)))
    for each in twice.order_by("pk"):
        remove(each.pk, by=by, why=_("Known twice: two providers have become one."))
    return moved.update(provider=target)


@transaction.atomic
def keep_list(raw: bytes, *, file_name: str, by: User) -> ContactUpload:
    """Put a readable list aside until somebody says yes to what it would change. Raises
    lists.Unusable."""
    lists.read(raw)
    return ContactUpload.objects.create(
        file_name=file_name,
        content=lzma.compress(raw, preset=1),
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )


def comparison_of(upload: ContactUpload) -> Comparison:
    """As things are now."""
    return compare(lists.read(lzma.decompress(bytes(upload.content))))


@transaction.atomic
def take_in(upload_id: int, *, by: User, digest: str) -> ContactUpload:
    """Write what was agreed to, all of it. Raises Changed when that is not what it is now, and
    ValidationError when the list has been taken in or dropped meanwhile."""
    lock_contacts()
    upload = _locked(upload_id)
    compared = comparison_of(upload)
    if compared.digest != digest:
        raise Changed
    import_rows(compared.new, by=by, file_name=upload.file_name)
    upload.counts = compared.counts
    _end(upload, ContactUpload.State.IMPORTED, by)
    return upload


@transaction.atomic
def import_rows(rows: list[Row], *, by: User, file_name: str) -> int:
    """Add these contacts; one line in the trail for all."""
    now = timezone.now()
    Contact.objects.bulk_create(
        (
            Contact(
                provider=row.provider,
                name=row.name,
                position=row.position,
                email=row.email,
                phone=row.phone,
                source=Contact.Source.IMPORTED,
                added_by=by,
                added_at=now,
            )
            for row in rows
        ),
        batch_size=_AT_A_TIME,
    )
    audit.record(
        DeskEvent.CONTACTS_IMPORTED,
        actor=by,
        file_name=file_name,
        details={"new": len(rows), "providers": len({row.provider.pk for row in rows})},
    )
    return len(rows)


@transaction.atomic
def drop(upload_id: int, *, by: User | None) -> None:
    """Raises ValidationError when the list has been taken in or dropped meanwhile."""
    _end(_locked(upload_id), ContactUpload.State.DROPPED, by)


def _locked(upload_id: int) -> ContactUpload:
    upload = ContactUpload.objects.select_for_update().get(pk=upload_id)
    if upload.state == ContactUpload.State.IMPORTED:
        raise ValidationError(_("This list has been taken in already."))
    if upload.state == ContactUpload.State.DROPPED:
        raise ValidationError(_("This list has been dropped. Upload it again."))
    return upload


def _end(upload: ContactUpload, state: ContactUpload.State, by: User | None) -> None:
    upload.state, upload.content = state, b""
    upload.ended_at, upload.ended_by = timezone.now(), by
    upload.save()


def lock_contacts() -> None:
    """One writer of contacts at a time: two lists that name the same people come one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def drop_forgotten() -> int:
    """Lists that nobody has said yes to for a week: what they say about people goes."""
    too_old = timezone.now() - FORGOTTEN_AFTER
    forgotten = ContactUpload.objects.filter(
        state=ContactUpload.State.COMPARED, uploaded_at__lt=too_old
    )
    return forgotten.update(
        state=ContactUpload.State.DROPPED, content=b"", ended_at=timezone.now(), ended_by=None
    )
