"""Take in a CMS list of providers: a difference to what is known, in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
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

# What is being done, how many rows of how many. Called inside the transaction.
Progress = Callable[[str, int, int], None]


class WouldCloseTooMany(Unusable):
    """More than 5 percent of what the layout lists. A person may allow it."""


class DifferenceChanged(Unusable):
    """The roster is no longer what it was when a person accepted the difference."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of what a file changes; `what` is one of RosterDifference.What.

    Before and after hold the fields that differ, and no others.
    """

    what: str
    row: int | None
    ccn: str
    name: str
    state: str
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    repaired_ccn: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """created + updated + unchanged + merged + rejected = rows.

    The digest is of the differences; where rows were repaired, of those before the repairs, which
    are what a person saw and accepted.
    """

    layout: str
    rows: int
    created: int
    updated: int
    unchanged: int
    merged: int
    closed: int
    rejected: int
    rejections: list[Rejection]
    would_close_too_many: bool = False
    differences: list[Difference] = field(default_factory=list)
    digest: str = ""
    # Of the RosterImport; none after a dry run.
    import_id: int | None = None

    def counts(self) -> dict[str, Any]:
        names = ("rows", "created", "updated", "unchanged", "merged", "closed", "rejected")
        return {name: getattr(self, name) for name in names}


def import_file(
    path: Path, *, dry_run: bool = False, allow_mass_close: bool = False, by: User | None = None
) -> Outcome:
    """Raises Unusable, and writes nothing, when the file cannot be used or would close too many.

    One transaction; a second import waits for the first.
    """
    return _take_in(files.read(path), dry_run=dry_run, allow_mass_close=allow_mass_close, by=by)


def import_content(
    name: str,
    raw: bytes,
    *,
    dry_run: bool = False,
    allow_mass_close: bool = False,
    by: User | None = None,
    repairs: Mapping[int, str] = {},
    expected_digest: str = "",
    progress: Progress | None = None,
) -> Outcome:
    """The same for a file that was uploaded, with every difference it makes.

    repairs: rows whose damaged CCN a person accepted as the one that was offered. expected_digest:
    of the dry run that a person accepted. Raises DifferenceChanged when either no longer holds,
    and WouldCloseTooMany unless it is a dry run, whose outcome says so.
    """
    return _take_in(
        files.from_bytes(name, raw),
        dry_run=dry_run,
        allow_mass_close=allow_mass_close,
        by=by,
        expected_digest=expected_digest,
        progress=progress,
    )


def _take_in(
    file: files.RosterFile,
    *,
    dry_run: bool,
    allow_mass_close: bool,
    by: User | None,
    expected_digest: str = "",
    progress: Progress | None = None,
) -> Outcome:
    table = rows.sort_out(file)
    if not table.rows:
        raise Unusable(_("It has no row that can be used."))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        open_before = Provider.objects.open().filter(listed_in__contains=[table.layout.code])
        count_before = open_before.count()
        if progress:
            progress("comparing", 0, len(table.rows))
        before = _snapshot(table)
        changes = staging.write(table, today=timezone.localdate())
        too_many = len(changes.closed) * 100 > count_before * _CLOSING_PERCENT
        if too_many and not (allow_mass_close or dry_run):
            _refuse_mass_close(len(changes.closed), count_before)
        differences = _differences(table, changes, before)
        outcome = _outcome(table, changes, too_many, differences)
        if expected_digest and outcome.digest != expected_digest:
            raise DifferenceChanged(_("The roster has changed since. Compare the file again."))
        _refresh_statistics(outcome)
        _record(file, outcome, changes, by)
        if progress:
            progress("writing", len(table.rows), len(table.rows))
        if dry_run:
            transaction.set_rollback(True)
    return outcome


_FIELDS: Final = (
    "name",
    "doing_business_as",
    "legal_name",
    "address_line_1",
    "address_line_2",
    "city",
    "state",
    "zip_code",
    "phone",
    "chain__name",
)


def _snapshot(table: Table) -> dict[str, dict[str, str]]:
    ccns = [row.reading.ccn for row in table.rows]
    known = Provider.objects.filter(ccn__in=ccns).values("ccn", *_FIELDS)
    return {
        each["ccn"]: {name.removesuffix("__name"): each[name] or "" for name in _FIELDS}
        for each in known
    }


def _differences(
    table: Table, changes: staging.Changes, before: dict[str, dict[str, str]]
) -> list[Difference]:
    now = _snapshot(table)
    found = []
    for row in table.rows:
        ccn = row.reading.ccn
        if not row.is_primary or ccn not in (changes.created | changes.updated):
            continue
        what = "new" if ccn in changes.created else "changed"
        if ccn in changes.reopened:
            what = "reopened"
        old, new = before.get(ccn, dict.fromkeys(now[ccn], "")), now[ccn]
        differ = [name for name in new if new[name] != old[name]]
        found.append(
            Difference(
                what,
                row.number,
                ccn,
                new["name"],
                new["state"],
                {name: old[name] for name in differ if what != "new"},
                {name: new[name] for name in differ},
            )
        )
    for provider in Provider.objects.filter(ccn__in=changes.closed).order_by("ccn"):
        found.append(Difference("closed", None, provider.ccn, provider.name, provider.state))
    found += [
        Difference("rejected", each.row, each.ccn[:60], "", "", reason=each.reason)
        for each in table.rejections
    ]
    return found


def _refuse_mass_close(closing: int, of: int) -> None:
    raise WouldCloseTooMany(
        _(
            "It would close %(closing)d of %(of)d open providers, more than %(percent)d "
            "percent. If that is right, run it again with --allow-mass-close."
        )
        % {"closing": closing, "of": of, "percent": _CLOSING_PERCENT}
    )


def _outcome(
    table: Table, changes: staging.Changes, too_many: bool, differences: list[Difference]
) -> Outcome:
    canonical = json.dumps([asdict(each) for each in differences], sort_keys=True)
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
        would_close_too_many=too_many,
        differences=differences,
        digest=hashlib.sha256(canonical.encode()).hexdigest(),
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
