"""Take in a CMS list of providers: a difference to what is known, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from providers.models import Provider, RosterImport
from providers.roster import files, rows, staging
from providers.roster.layouts import Unusable
from providers.roster.rows import Rejection, Table

# Any number will do, so long as it is this one: two imports must not interleave.
_LOCK: Final = 7_301_812
_CLOSING_PERCENT: Final = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """created + updated + unchanged + merged + rejected = rows."""

    layout: str
    rows: int
    created: int
    updated: int
    unchanged: int
    merged: int
    closed: int
    rejected: int
    rejections: list[Rejection]

    def counts(self) -> dict[str, Any]:
        names = ("rows", "created", "updated", "unchanged", "merged", "closed", "rejected")
        return {name: getattr(self, name) for name in names}


def import_file(
    path: Path, *, dry_run: bool = False, allow_mass_close: bool = False, by: User | None = None
) -> Outcome:
    """Raises Unusable, and writes nothing, when the file cannot be used or would close too many.

    One transaction; a second import waits for the first.
    """
    file = files.read(path)
    table = rows.sort_out(file)
    if not table.rows:
        raise Unusable(_("It has no row that can be used."))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        open_before = Provider.objects.open().filter(listed_in__contains=[table.layout.code])
        count_before = open_before.count()
        changes = staging.write(table, today=timezone.localdate())
        if not allow_mass_close:
            _refuse_mass_close(len(changes.closed), count_before)
        outcome = _outcome(table, changes)
        _refresh_statistics(outcome)
        _record(file, outcome, changes, by)
        if dry_run:
            transaction.set_rollback(True)
    return outcome


def _refuse_mass_close(closing: int, of: int) -> None:
    if closing * 100 > of * _CLOSING_PERCENT:
        raise Unusable(
            _(
                "It would close %(closing)d of %(of)d open providers, more than %(percent)d "
                "percent. If that is right, run it again with --allow-mass-close."
            )
            % {"closing": closing, "of": of, "percent": _CLOSING_PERCENT}
        )


def _outcome(table: Table, changes: staging.Changes) -> Outcome:
    return Outcome(
        layout=table.layout.code,
        rows=len(table.rows) + len(table.rejections),
        created=len(changes.created),
        updated=len(changes.updated),
        unchanged=len(table.rows) - table.merged - len(changes.created) - len(changes.updated),
        merged=table.merged,
        closed=len(changes.closed),
        rejected=len(table.rejections),
        rejections=table.rejections,
    )


def _refresh_statistics(outcome: Outcome) -> None:
    """After a first load the planner would else search the country without its indexes."""
    if (outcome.created + outcome.updated) * 10 > outcome.rows:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE providers_provider, providers_enrollment, providers_chain")


def _record(
    file: files.RosterFile, outcome: Outcome, changes: staging.Changes, by: User | None
) -> None:
    RosterImport.objects.create(
        file_name=file.name,
        sha256=file.sha256,
        layout=outcome.layout,
        counts=outcome.counts(),
        at=timezone.now(),
        by=by,
    )
    audit.record(
        "roster_imported",
        actor=by,
        file_name=file.name,
        details={"layout": outcome.layout, "sha256": file.sha256, **outcome.counts()},
    )
    audit.record_many(
        audit.Line(type=type_, actor=by, ccn=ccn, file_name=file.name)
        for type_, ccns in (
            ("provider_closed", changes.closed),
            ("provider_reopened", changes.reopened),
        )
        for ccn in ccns
    )
