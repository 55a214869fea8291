"""The checklist of a case: what the machine found and what reviewers answered, put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests.desk.checks import CHECKS, Check
from access_requests.desk.facts import Answer, Facts, facts_of
from access_requests.desk.judging import Finding
from access_requests.models import AccessRequest, DecisionChecklist

HOLDS, FAILS, OPEN = "holds", "fails", "open"
MACHINE, REVIEWER = "machine", "reviewer"


@dataclass(frozen=True)
class Item:
    """One check as it stands. A reviewer's answer goes before what the machine found, until
    something new turns up."""

    check: Check
    finding: Finding
    answer: Answer | None

    @property
    def holds(self) -> bool | None:
        return self.finding.holds if self.answer is None else self.answer.holds

    @property
    def state(self) -> str:
        return {True: HOLDS, False: FAILS, None: OPEN}[self.holds]

    @property
    def state_label(self) -> str:
        return {True: _("Passed"), False: _("Failed"), None: _("To check")}[self.holds]

    @property
    def filled_by(self) -> str:
        if self.answer is not None or self.finding.by_person:
            return REVIEWER
        return "" if self.holds is None else MACHINE

    @property
    def evidence(self) -> str:
        """What the machine found, and what the reviewer added to it."""
        if self.answer is None:
            return self.finding.evidence
        parts = [self.finding.evidence, self._said % {"by": self.answer.by}, self.answer.note]
        return " ".join(part for part in parts if part)

    @property
    def _said(self) -> str:
        if self.answer is None or not self.answer.holds:
            return _("Contradicted by %(by)s.")
        is_open = self.finding.holds is None
        return str(self.check.accepted) if is_open else _("Confirmed by %(by)s.")

    def as_kept(self) -> dict[str, Any]:
        return {
            "code": self.check.code,
            "holds": self.holds,
            "by": self.filled_by,
            "evidence": self.evidence,
        }


@dataclass(frozen=True)
class Checklist:
    facts: Facts
    items: tuple[Item, ...]

    @cached_property
    def by_code(self) -> dict[str, Item]:
        return {item.check.code: item for item in self.items}

    @cached_property
    def not_holding(self) -> list[Item]:
        """Those that fail, then those that are open."""
        return sorted(
            (item for item in self.items if not item.holds), key=lambda item: item.holds is None
        )

    @property
    def in_order(self) -> list[Item]:
        """Those that hold, then the open ones, then those that fail: as the small bar shows it."""
        return sorted(self.items, key=lambda item: (HOLDS, OPEN, FAILS).index(item.state))

    @property
    def number_open(self) -> int:
        return sum(item.holds is None for item in self.items)

    @property
    def number_failing(self) -> int:
        return sum(item.holds is False for item in self.items)

    @property
    def number_holding(self) -> int:
        return sum(item.holds is True for item in self.items)


def checklist_of(access_request: AccessRequest) -> Checklist:
    """Takes no query. The request comes from facts.with_facts()."""
    facts = facts_of(access_request)
    return Checklist(facts, tuple(_item(check, facts) for check in CHECKS))


def _item(check: Check, facts: Facts) -> Item:
    finding = check.finding(facts)
    answer = facts.answers.get(check.code) if check.is_answered else None
    if answer is not None and check.outdates(answer.at, finding):
        answer = None
    return Item(check, finding, answer)


def keep(checklist: Checklist, *, is_clean: bool, with_others: bool = False) -> DecisionChecklist:
    """Write it down as it stands, in the transaction of the decision."""
    return DecisionChecklist.objects.create(
        access_request=checklist.facts.request,
        checks=[item.as_kept() for item in checklist.items],
        was_clean=is_clean,
        decided_with_others=with_others,
        at=timezone.now(),
    )


def codes(items: Iterable[Item]) -> list[str]:
    return [item.check.code for item in items]
