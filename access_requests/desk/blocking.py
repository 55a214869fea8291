"""What stops CMS from approving a first PSO. Judged here alone, for one case and for many.

Checks that are still to do stop nobody (docs/decisions/0013); somebody's word against the person
does, until it is settled or taken back.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from access_requests.desk.facts import Facts, facts_of
from access_requests.models import AccessRequest, ContactAttempt
from access_requests.policy import Refusal, StepRefused


@dataclass(frozen=True)
class Block:
    """`reports`: numbers of those to settle; empty where it is about the second path."""

    sentence: str
    reports: tuple[int, ...] = ()


def blocks(facts: Facts) -> list[Block]:
    found = []
    if facts.reports.number:
        said = _(
            "Somebody reported that this person does not work here, and the report is open. "
            "Settle it first, or reject the request."
        )
        found.append(Block(said, tuple(facts.report_ids)))
    if facts.last_said == ContactAttempt.Outcome.DENIED:
        said = _(
            "The administrator was reached and did not confirm this person. Reach them again and "
            "record that they confirm, or reject the request."
        )
        found.append(Block(said))
    return found


def require_no_block(access_request: AccessRequest) -> None:
    """Raises StepRefused. The request comes from facts.with_facts(), under its lock."""
    found = blocks(facts_of(access_request))
    if found:
        raise StepRefused(Refusal.BLOCKED, " ".join(each.sentence for each in found))
