"""Take in a CMS list of providers: a difference to what is known, in one transaction."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit
from accounts.deadlocks import taken_again
from accounts.models import User
from providers.models import Provider, RosterImport
from providers.roster import differences, files, indexes, rows, staging
from providers.roster.differences import Difference
from providers.roster.layouts import Unusable
from providers.roster.outcomes import DifferenceChanged, Older, Outcome, WouldCloseTooMany
from providers.roster.rows import Table

__all__ = [
    "Difference",
    "DifferenceChanged",
    "Older",
    "Outcome",
    "Unusable",
    "WouldCloseTooMany",
    "import_content",
    "import_file",
]

# Any number will do, so long as it is this one: two imports must not interleave.
_LOCK: Final = 7_301_812
_CLOSING_PERCENT: Final = 5

# What is being done, how many rows of how many. Called inside the transaction.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes:
    """How a file is to be taken in."""

    dry_run: bool
    allow_mass_close: bool
    allow_older: bool
    by: User | None
    tell_differences: bool
    progress: Progress


def import_file(
    path: Path,
    *,
    dry_run: bool = False,
    allow_mass_close: bool = False,
    allow_older: bool = False,
    by: User | None = None,
    tell_differences: bool = False,
) -> Outcome:
    """Raises Unusable, and writes nothing, when the file cannot be used or would close too many.

    One transaction; a second import waits for the first.
    """
    wishes = _Wishes(
        dry_run=dry_run,
        allow_mass_close=allow_mass_close,
        allow_older=allow_older,
        by=by,
        tell_differences=tell_differences,
        progress=_nothing_said,
    )
    with _without_collecting():
        return _take_in(files.read(path), wishes)


def import_content(
    name: str,
    raw: bytes,
    *,
    dry_run: bool = False,
    allow_mass_close: bool = False,
    allow_older: bool = False,
    by: User | None = None,
    repairs: Mapping[int, str] | None = None,
    expected_digest: str = "",
    progress: Progress | None = None,
) -> Outcome:
    """The same for a file that was uploaded, with every difference it makes.

    repairs: rows whose damaged CCN a person accepted as the one that was offered. expected_digest:
    of the dry run, without repairs, that a person accepted. Raises DifferenceChanged when either
    no longer holds, and WouldCloseTooMany unless it is a dry run, whose outcome says so.
    """
    wishes = _Wishes(
        dry_run=dry_run,
        allow_mass_close=allow_mass_close,
        allow_older=allow_older,
        by=by,
        tell_differences=True,
        progress=progress or _nothing_said,
    )
    wishes.progress("reading", 0, 0)
    with _without_collecting():
        return _take_in(files.from_bytes(name, raw), wishes, repairs or {}, expected_digest)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """A million cells, none of them in a cycle: looking for garbage would take a third longer."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _nothing_said(_step: str, _done: int, _of: int) -> None:
    pass


@taken_again
def _take_in(
    file: files.RosterFile,
    wishes: _Wishes,
    repairs: Mapping[int, str] | None = None,
    expected_digest: str = "",
) -> Outcome:
    table = rows.sort_out(file)
    digest = ""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        _refuse_older(table, wishes)
        if repairs:
            digest = _digest_without_repairs(table) if expected_digest else ""
            table = _repaired(file, table, repairs)
        if not table.ccns:
            raise Unusable(_("It has no row that can be used."))
        outcome = _write(file, table, wishes, repairs or {})
        outcome = replace(outcome, digest=digest or outcome.digest)
        if expected_digest not in {"", outcome.digest}:
            raise DifferenceChanged(
                _("The list of providers has changed since then. Compare the file again.")
            )
        if wishes.dry_run:
            transaction.set_rollback(True)
            outcome = replace(outcome, import_id=None)
    return outcome


def _refuse_older(table: Table, wishes: _Wishes) -> None:
    if table.as_of is None or wishes.allow_older:
        return
    imports = RosterImport.objects.filter(layout=table.layout.code)
    newest = imports.aggregate(newest=Max("as_of"))["newest"]
    if newest is not None and table.as_of < newest:
        raise Older(
            _(
                "It is of %(day)s, and a newer %(title)s file, of %(newest)s, was imported "
                "already. If you mean to go back, run it again with --allow-older."
            )
            % {
                "day": date_format(table.as_of),
                "title": table.layout.title,
                "newest": date_format(newest),
            }
        )


def _digest_without_repairs(table: Table) -> str:
    with transaction.atomic():
        changes = staging.write(table, today=timezone.localdate(), tell_values=True)
        found = differences.of(table, changes)
        transaction.set_rollback(True)
    return differences.digest_of(found)


def _repaired(file: files.RosterFile, table: Table, repairs: Mapping[int, str]) -> Table:
    """Only what the importer itself offers is taken."""
    offered = {each.row: each.repaired_ccn for each in table.rejections}
    for row, ccn in repairs.items():
        if not ccn or offered.get(row) != ccn:
            raise DifferenceChanged(
                _("Row %(row)d cannot be repaired as %(ccn)s. Compare the file again.")
                % {"row": row, "ccn": ccn}
            )
    return rows.sort_out(file, repairs)


def _write(
    file: files.RosterFile, table: Table, wishes: _Wishes, repairs: Mapping[int, str]
) -> Outcome:
    code, number = table.layout.code, len(table.ccns)
    wishes.progress("comparing", 0, number)
    count_before = Provider.objects.open().filter(listed_in__contains=[code]).count()
    with indexes.built_at_once(number):
        changes = staging.write(
            table, today=timezone.localdate(), tell_values=wishes.tell_differences
        )
        outcome = _outcome(table, changes)
        # A dry run is undone at once, and decisions wait for what it holds.
        if not wishes.dry_run:
            _settle(outcome)
    wishes.progress("writing", number, number)
    closing = len(changes.closed)
    too_many = closing * 100 > count_before * _CLOSING_PERCENT
    if too_many and not (wishes.allow_mass_close or wishes.dry_run):
        _refuse_mass_close(closing, count_before)
    if wishes.tell_differences:
        found = differences.of(table, changes)
        outcome = replace(outcome, differences=found, digest=differences.digest_of(found))
    recorded = _record(file, table, outcome, wishes.by, repairs)
    _audit_openings(file, changes, wishes.by)
    return replace(outcome, would_close_too_many=too_many, import_id=recorded.pk)


def _refuse_mass_close(closing: int, of: int) -> None:
    raise WouldCloseTooMany(
        _(
            "It would close %(closing)d of %(of)d open providers, more than %(percent)d "
            "percent. If that is right, run it again with --allow-mass-close."
        )
        % {"closing": closing, "of": of, "percent": _CLOSING_PERCENT}
    )


def _outcome(table: Table, changes: staging.Changes) -> Outcome:
    created, updated, merged = len(changes.created), len(changes.updated), table.merged
    return Outcome(
        layout=table.layout.code,
        rows=len(table.ccns) + len(table.rejections),
        created=created,
        updated=updated,
        unchanged=len(table.ccns) - merged - created - updated,
        merged=merged,
        closed=len(changes.closed),
        rejected=len(table.rejections),
        rejections=table.rejections,
        as_of=table.as_of,
    )


def _settle(outcome: Outcome) -> None:
    """After a large change the planner would else search the country without its indexes."""
    if (outcome.created + outcome.updated) * 10 > outcome.rows:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE providers_provider, providers_enrollment, providers_chain")
        indexes.settle()


def _record(
    file: files.RosterFile,
    table: Table,
    outcome: Outcome,
    by: User | None,
    repairs: Mapping[int, str],
) -> RosterImport:
    details = {"layout": outcome.layout, "sha256": file.sha256, **outcome.counts()}
    if repairs:
        details["repaired"] = {str(row): ccn for row, ccn in repairs.items()}
    audit.record("roster_imported", actor=by, file_name=file.name, details=details)
    return RosterImport.objects.create(
        file_name=file.name,
        sha256=file.sha256,
        layout=outcome.layout,
        counts=outcome.counts(),
        as_of=table.as_of,
        at=timezone.now(),
        by=by,
    )


def _audit_openings(file: files.RosterFile, changes: staging.Changes, by: User | None) -> None:
    audit.record_many(
        audit.Line(type=type_, actor=by, ccn=ccn, file_name=file.name)
        for type_, ccns in (
            ("provider_closed", changes.closed),
            ("provider_reopened", changes.reopened),
        )
        for ccn in ccns
    )
