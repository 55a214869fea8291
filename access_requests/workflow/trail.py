"""The audit lines of this app's steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from access_requests.models import (
    AccessRequest,
    Authority,
    DayEvent,
    DecisionChecklist,
    DeskEvent,
    EventType,
    RejectionReason,
    RoleAssignment,
)
from accounts import audit
from accounts.models import User


def record(
    event_type: EventType | DayEvent,
    access_request: AccessRequest,
    *,
    actor: User | None,
    **details: Any,
) -> None:
    audit.record_many([_line(event_type, access_request, actor, details)])


def record_each(
    event_type: EventType | DayEvent,
    access_requests: Iterable[AccessRequest],
    *,
    actor: User | None,
    **details: Any,
) -> None:
    """The same line on each of these requests, in one statement."""
    audit.record_many([_line(event_type, each, actor, details) for each in access_requests])


def record_approvals(
    approved: Sequence[AccessRequest],
    *,
    actor: User,
    authority: Authority,
    handed_over: Iterable[AccessRequest] = (),
    kept: DecisionChecklist | None = None,
) -> None:
    """Who was approved, as the decider read it; what CMS had checked of the one it approved; and
    each request that is now the new PSO's."""
    unsettled = _unsettled(kept)
    lines = []
    for each in approved:
        person = each.requester
        details = {"authority": authority, "name": person.full_name, "email": person.email}
        details |= unsettled | _how_many(approved) | _last_day(each)
        lines.append(_line(EventType.APPROVED, each, actor, details))
    lines += [_line(EventType.MOVED, each, actor, {"to": Authority.PSO}) for each in handed_over]
    if any(unsettled.values()):
        # A line of its own, so that these are found by what was done.
        lines += [
            _line(DeskEvent.APPROVED_UNSETTLED, each, actor, dict(unsettled)) for each in approved
        ]
    audit.record_many([*lines, *_checklist(approved, actor, kept)])


def record_rejections(
    rejected: Sequence[AccessRequest],
    *,
    actor: User,
    authority: Authority,
    reason: RejectionReason,
    kept: DecisionChecklist | None = None,
) -> None:
    details = {"authority": authority, "reason": reason} | _how_many(rejected)
    lines = [_line(EventType.REJECTED, each, actor, details) for each in rejected]
    audit.record_many([*lines, *_checklist(rejected, actor, kept)])


def record_withdrawals(withdrawn: Sequence[AccessRequest], *, actor: User) -> None:
    record_each(EventType.WITHDRAWN, withdrawn, actor=actor, **_how_many(withdrawn))


def record_of_role(
    event_type: EventType | DayEvent,
    assignment: RoleAssignment,
    *,
    actor: User | None,
    **details: Any,
) -> None:
    record_of_roles(event_type, [assignment], actor=actor, **details)


def record_of_roles(
    event_type: EventType | DayEvent,
    assignments: Sequence[RoleAssignment],
    *,
    actor: User | None,
    **details: Any,
) -> None:
    """The same line on each of these roles, in one statement."""
    audit.record_many(
        audit.Line(
            type=event_type,
            actor=actor,
            person=each.user,
            ccn=each.provider.ccn,
            request_id=each.access_request_id,
            details={"role": each.role_id, **details, **_how_many(assignments)},
        )
        for each in assignments
    )


def _last_day(approved: AccessRequest) -> dict[str, Any]:
    day = approved.role_assignment.ends_on
    return {"last_day": day.isoformat()} if day else {}


def _how_many(rows: Sequence[object]) -> dict[str, Any]:
    """That it was one of several decided in one step."""
    return {"together": len(rows)} if len(rows) > 1 else {}


def _unsettled(kept: DecisionChecklist | None) -> dict[str, int]:
    """How many checks were still to do, and how many failed, when CMS decided."""
    if kept is None:
        return {}
    found = [check["holds"] for check in kept.checks]
    return {"checks_open": found.count(None), "checks_failing": found.count(False)}


def _checklist(
    decided: Sequence[AccessRequest], actor: User, kept: DecisionChecklist | None
) -> list[audit.Line]:
    """Which checks held when CMS decided, by their codes; the evidence is in the kept list."""
    if kept is None:
        return []
    names = {True: "holding", False: "failing", None: "open"}
    details: dict[str, Any] = {name: [] for name in names.values()}
    for check in kept.checks:
        details[names[check["holds"]]].append(check["code"])
    details |= {"clean": kept.was_clean, "with_others": kept.decided_with_others}
    return [_line(DeskEvent.CHECKLIST_KEPT, each, actor, details) for each in decided]


def _line(
    event_type: EventType | DeskEvent | DayEvent,
    access_request: AccessRequest,
    actor: User | None,
    details: dict[str, Any],
) -> audit.Line:
    return audit.Line(
        type=event_type,
        actor=actor,
        person=access_request.requester,
        ccn=access_request.provider.ccn,
        request_id=access_request.pk,
        details={"role": access_request.role_id, **details},
    )
