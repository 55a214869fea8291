"""Checking the audit trail from the first line to the last, without holding it in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Count, F, Func, Max, Min

from accounts import audit, audit_seals
from accounts.models import AuditEvent, AuditSeal

# When everything is wrong (another key, say), so many examples will do.
ENOUGH = 1000
_CHUNK = 2000


@dataclass(frozen=True, order=True)
class Problem:
    """`line` is the id of the audit event that is wrong, or the first one of a wrong seal."""

    line: int
    what: str


@dataclass
class Report:
    lines: int = 0
    unsealed: int = 0
    seals: int = 0
    newest_seal: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def first_problem(self) -> Problem | None:
        return min(self.problems, default=None)


def check(*, noted_seal: str = "") -> Report:
    """`noted_seal`: NUMBER:DIGEST as it was once logged; it must still be there."""
    report = Report()
    for problem in _problems(report, noted_seal):
        report.problems.append(problem)
        if len(report.problems) == ENOUGH:
            break
    return report


def _problems(report: Report, noted_seal: str) -> Iterator[Problem]:
    yield from _wrong_seals(report, noted_seal)
    yield from _wrong_unsealed_lines(report)
    yield from _copied_lines()


def _wrong_seals(report: Report, noted_seal: str) -> Iterator[Problem]:
    previous = AuditSeal(number=0, signature="", highest_event_id=0)
    is_noted = not noted_seal
    for seal in AuditSeal.objects.order_by("number").iterator(chunk_size=50):
        report.seals += 1
        first = min(seal.event_ids, default=0)
        if seal.number != previous.number + 1:
            yield Problem(first, f"a seal before seal {seal.number} is missing")
        elif seal.previous != previous.signature:
            yield Problem(first, f"seal {seal.number} does not follow seal {previous.number}")
        if seal.signature != audit_seals.signature(seal):
            yield Problem(first, f"seal {seal.number} was changed or forged")
        yield from _wrong_lines_of(seal, report)
        previous = seal
        report.newest_seal = f"{seal.number}:{seal.digest}"
        is_noted = is_noted or report.newest_seal == noted_seal
    if not is_noted:
        yield Problem(previous.highest_event_id, f"seal {noted_seal} is missing")


def _wrong_lines_of(seal: AuditSeal, report: Report) -> Iterator[Problem]:
    lines = AuditEvent.objects.in_bulk(seal.event_ids)
    report.lines += len(lines)
    missing = [pk for pk in seal.event_ids if pk not in lines]
    changed = [pk for pk, line in lines.items() if line.signature != audit.signature(line)]
    yield from (Problem(pk, f"missing, though seal {seal.number} names it") for pk in missing)
    yield from (Problem(pk, "changed after it was written") for pk in changed)
    if missing or changed:
        return
    if seal.digest != audit_seals.digest((pk, lines[pk].signature) for pk in seal.event_ids):
        yield Problem(seal.event_ids[0], f"the lines of seal {seal.number} were exchanged")


def _wrong_unsealed_lines(report: Report) -> Iterator[Problem]:
    named = AuditSeal.objects.values_list(Func(F("event_ids"), function="unnest"), flat=True)
    unsealed = AuditEvent.objects.exclude(pk__in=named).order_by("pk")
    for line in unsealed.iterator(chunk_size=_CHUNK):
        report.lines += 1
        report.unsealed += 1
        if line.signature != audit.signature(line):
            yield Problem(line.pk, "forged, or changed after it was written")


def _copied_lines() -> Iterator[Problem]:
    """A true line entered a second time: its signature is right, but not its own."""
    copied = (
        AuditEvent.objects.order_by()
        .values("signature")
        .annotate(number=Count("pk"), first=Min("pk"), last=Max("pk"))
        .filter(number__gt=1)
    )
    for row in copied.iterator(chunk_size=_CHUNK):
        yield Problem(row["last"], f"a copy of line {row['first']}")
