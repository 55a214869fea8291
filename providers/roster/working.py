"""What a worker does with uploads: compares them, and writes what a person accepted.

Each step is one transaction that holds the upload's row. A worker that dies has done nothing, and
lets go of the row; the next sweep finds it. One worker at a time: another file would have to wait
for the same lock, and email is not to wait for files.
"""

from __future__ import annotations

import lzma
from functools import partial
from typing import Final

from django.db import connection, transaction
from django.db.models import QuerySet

from providers.models import RosterUpload
from providers.roster import difference_rows, importing, progress, uploads
from providers.roster.importing import DifferenceChanged, Older, Outcome
from providers.roster.layouts import Unusable

State = RosterUpload.State
DUE: Final = (State.COMPARING, State.IMPORTING)
# A file that kills its worker so often is not tried again.
MOST_ATTEMPTS: Final = 3
# Any number will do, so long as it is this one.
_LOCK: Final = 7_301_813


def take_up_next() -> bool:
    """Do what is due for the oldest upload; False when nothing is, or another worker is at it."""
    taken = _take_up()
    if taken is None:
        return False
    pk, attempt = taken
    progress.forget(pk)
    with transaction.atomic(durable=True):
        _end_with_this_process()
        upload = _due().filter(pk=pk, attempts=attempt).first() if _is_alone() else None
        if upload is None:
            return False
        _do(upload)
    return True


@transaction.atomic(durable=True)
def _take_up() -> tuple[int, int] | None:
    """Which one, and its how manieth attempt: written first, so that it outlives the attempt."""
    if not _is_alone():
        return None
    for upload in _due():
        if upload.attempts < MOST_ATTEMPTS:
            upload.attempts += 1
            upload.save(update_fields=["attempts"])
            return upload.pk, upload.attempts
        uploads.give_up(upload)
    return None


def _due() -> QuerySet[RosterUpload]:
    """Oldest first, locked, without what a person has in hand."""
    return (
        RosterUpload.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("uploaded_by", "accepted_by")
        .defer("content")
        .filter(state__in=DUE)
        .order_by("id")
    )


def _is_alone() -> bool:
    """Until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _end_with_this_process() -> None:
    """By default a statement runs, or waits, on for a client that is gone, and holds its locks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('client_connection_check_interval', '2s', true),"
            " set_config('tcp_keepalives_idle', '15', true),"
            " set_config('tcp_keepalives_interval', '5', true),"
            " set_config('tcp_keepalives_count', '3', true)"
        )


def _do(upload: RosterUpload) -> None:
    progress.tell(upload.pk, "reading")
    is_comparison = upload.state == State.COMPARING
    try:
        outcome, is_older = _compare(upload) if is_comparison else (_write(upload), False)
    except Unusable as reason:
        if not is_comparison:
            uploads.not_as_accepted(upload)
        elif isinstance(reason, DifferenceChanged):
            uploads.repairs_do_not_hold(upload)
        else:
            uploads.unusable(upload, str(reason))
        return
    progress.tell(upload.pk, "keeping")
    if is_comparison:
        uploads.compared(upload, outcome, is_older=is_older)
    else:
        uploads.imported(upload, outcome.import_id)


def _compare(upload: RosterUpload) -> tuple[Outcome, bool]:
    """Also whether a newer file of its kind was imported already: then a person must mean it."""
    try:
        return _import(upload, dry_run=True, allow_older=False), False
    except Older:
        return _import(upload, dry_run=True, allow_older=True), True


def _write(upload: RosterUpload) -> Outcome:
    return _import(upload, dry_run=False, allow_older=bool(upload.counts.get("is_older")))


@transaction.atomic
def _import(upload: RosterUpload, *, dry_run: bool, allow_older: bool) -> Outcome:
    """Raises Unusable, and undoes all it wrote, also when it is not what a person accepted.

    What they accepted is the difference with its repairs: that one's digest is compared.
    """
    content = RosterUpload.objects.values_list("content", flat=True).get(pk=upload.pk)
    outcome = importing.import_content(
        upload.file_name,
        lzma.decompress(content),
        dry_run=dry_run,
        allow_older=allow_older,
        allow_mass_close=upload.allow_mass_close,
        by=upload.accepted_by,
        repairs=difference_rows.repairs(upload),
        progress=partial(progress.tell, upload.pk),
    )
    if not dry_run and outcome.digest != upload.difference_digest:
        raise DifferenceChanged
    return outcome
