"""What came of the last decisions, kept in the session so that the page survives a reload.

Only numbers and the sentences of what was refused are kept: a session is read with every page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest

from access_requests import policy
from access_requests.models import AccessRequest, Status
from access_requests.workflow.together import Outcome
from accounts.models import User

_SESSION_KEY: Final = "decided_together"
_MOST_KEPT: Final = 3


@dataclass(frozen=True)
class Result:
    """`done`, and `before` (by the same person already), are what was wanted; `left` is not, each
    with the sentence why; None for a request that this person can no longer see."""

    step: str
    done: list[AccessRequest]
    before: list[AccessRequest]
    left: list[tuple[int, AccessRequest | None, str]]

    @property
    def total(self) -> int:
        return len(self.done) + len(self.before) + len(self.left)

    @property
    def number(self) -> int:
        return len(self.done) + len(self.before)

    @property
    def bar(self) -> int:
        """Of 300, for the drawing; some of it is seen however few there are."""
        if not self.number:
            return 0
        return min(max(round(300 * self.number / self.total), 6), 294 if self.left else 300)

    @property
    def rest(self) -> int:
        return 300 - self.bar


def keep(request: HttpRequest, step: str, outcomes: Sequence[Outcome], by: User) -> int:
    """The number under which it is found again."""
    before = [each.pk for each in outcomes if _was_done_before(each, step, by)]
    said = {
        str(each.pk): each.refusal
        for each in outcomes
        if not each.is_done and each.pk not in before
    }
    kept: dict[str, Any] = request.session.get(_SESSION_KEY, {})
    number = max(map(int, kept), default=0) + 1
    kept[str(number)] = {
        "step": step,
        "done": [each.pk for each in outcomes if each.is_done],
        "before": before,
        "said": said,
    }
    newest = sorted(kept, key=int)[-_MOST_KEPT:]
    request.session[_SESSION_KEY] = {each: kept[each] for each in newest}
    return number


def _was_done_before(outcome: Outcome, step: str, by: User) -> bool:
    """Sent twice, or decided alone just before: what was wanted is so."""
    row = outcome.row
    if outcome.is_done or not isinstance(row, AccessRequest):
        return False
    wanted = {"approve": Status.APPROVED, "reject": Status.REJECTED}[step]
    return row.status == wanted and row.decided_by_id == by.pk


def read(request: HttpRequest, number: str, viewer: User) -> Result | None:
    """None where nothing of this number is kept any more. One query."""
    kept: dict[str, Any] | None = request.session.get(_SESSION_KEY, {}).get(number)
    if kept is None:
        return None
    said = {int(pk): sentence for pk, sentence in kept["said"].items()}
    found = policy.visible_requests(viewer).filter(pk__in=[*kept["done"], *kept["before"], *said])
    rows = {each.pk: each for each in found.select_related("requester", "provider", "role")}
    return Result(
        step=kept["step"],
        done=[rows[pk] for pk in kept["done"] if pk in rows],
        before=[rows[pk] for pk in kept["before"] if pk in rows],
        left=[(pk, rows.get(pk), sentence) for pk, sentence in said.items()],
    )
