"""What came of the last decisions, kept in the session so that the page survives a reload.

Only numbers and the sentences of what was refused are kept: a session is read with every page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from access_requests import policy
from access_requests.models import AccessRequest, Status
from access_requests.policy import Refusal, StepRefused
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


def keep(
    request: HttpRequest,
    step: str,
    outcomes: Sequence[Outcome],
    by: User,
    meanwhile: Sequence[int] = (),
) -> int:
    """The number under which it is found again. `meanwhile`: what was selected too, and could not
    be decided any more when the page for deciding was read."""
    before = [
        each.pk
        for each in outcomes
        if not each.is_done
        and isinstance(each.row, AccessRequest)
        and _is_as_wanted(each.row, step, by)
    ]
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
        "meanwhile": [pk for pk in meanwhile if pk not in {each.pk for each in outcomes}],
    }
    newest = sorted(kept, key=int)[-_MOST_KEPT:]
    request.session[_SESSION_KEY] = {each: kept[each] for each in newest}
    return number


def _is_as_wanted(row: AccessRequest, step: str, by: User) -> bool:
    """Sent twice, or decided alone just before: what was wanted is so."""
    wanted = {"approve": Status.APPROVED, "reject": Status.REJECTED}[step]
    return row.status == wanted and row.decided_by_id == by.pk


def read(request: HttpRequest, number: str, viewer: User) -> Result | None:
    """None where nothing of this number is kept any more. One query."""
    kept: dict[str, Any] | None = request.session.get(_SESSION_KEY, {}).get(number)
    if kept is None:
        return None
    step, meanwhile = kept["step"], kept.get("meanwhile", [])
    said = {int(pk): sentence for pk, sentence in kept["said"].items()}
    wanted = [*kept["done"], *kept["before"], *said, *meanwhile]
    found = policy.with_standing(policy.visible_requests(viewer), viewer).filter(pk__in=wanted)
    related = ("requester", "provider", "role", "decided_by")
    rows = {each.pk: each for each in found.select_related(*related)}
    mine = [pk for pk in meanwhile if pk in rows and _is_as_wanted(rows[pk], step, viewer)]
    said |= {pk: _why_not(rows.get(pk), viewer) for pk in meanwhile if pk not in mine}
    return Result(
        step=step,
        done=[rows[pk] for pk in kept["done"] if pk in rows],
        before=[rows[pk] for pk in [*kept["before"], *mine] if pk in rows],
        left=[(pk, rows.get(pk), sentence) for pk, sentence in said.items()],
    )


def _why_not(row: AccessRequest | None, viewer: User) -> str:
    """As it stands now: nothing was tried with it."""
    if row is None:
        return str(Refusal.NOT_FOUND.label)
    try:
        policy.authority_to_decide(viewer, row)
    except StepRefused as refusal:
        return str(refusal)
    return _("It can be decided again: you find it in the queue.")
