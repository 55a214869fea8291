"""Which step of a request each letter about it tells of.

A step writes its lines and its letters in one transaction, with no key between them: what a letter
is says which of them it belongs to. Its time only says which of several steps of that kind: the
lines are written first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from access_requests.models import DayEvent, DeskEvent, EventType
from accounts.models import AuditEvent

_ROLE_ENDS: Final = (EventType.ROLE_ENDED, EventType.ROLE_REVOKED, EventType.ROLE_GIVEN_UP)

# Of every letter that a history can hold, the likelier step first. A sole PSO's own request is told
# of when a second one comes or goes, which is no step of that request.
STEPS_OF: Final[Mapping[str, Sequence[str]]] = {
    "request_received": (EventType.SUBMITTED,),
    "request_to_decide": (EventType.SUBMITTED,),
    "group_received": (EventType.SUBMITTED,),
    "group_to_decide": (EventType.SUBMITTED,),
    "invited_requests_received": (EventType.SUBMITTED,),
    "invited_requests_to_decide": (EventType.SUBMITTED,),
    "unlisted_reported": (EventType.SUBMITTED,),
    "unlisted_ended": (EventType.SUBMITTED,),
    "request_approved": (EventType.APPROVED,),
    "you_are_now_pso": (EventType.APPROVED,),
    "request_rejected": (EventType.REJECTED,),
    "question_asked": (EventType.RETURNED,),
    "question_answered": (EventType.ANSWERED,),
    "question_taken_back": (EventType.TAKEN_BACK,),
    "request_closed": (EventType.CLOSED,),
    "request_moved": (EventType.MOVED,),
    "request_no_longer_waiting": (EventType.MOVED,),
    "request_waits_again": (EventType.MOVED,),
    "requests_wait": (DayEvent.REMINDED, DayEvent.NUDGED),
    "request_nudged": (DayEvent.NUDGED,),
    "service_center_can_help": (DayEvent.HELP_POINTED_OUT,),
    "end_date_set": (DayEvent.END_DATE_SET,),
    "roles_end_soon": (DayEvent.END_WARNED,),
    "people_end_soon": (DayEvent.END_WARNED,),
    "roles_ended": _ROLE_ENDS,
    "role_ended": _ROLE_ENDS,
    "last_pso_gone": _ROLE_ENDS,
    "pso_sought": (DeskEvent.REACH_ATTEMPTED,),
}


def line_of(lines: Sequence[AuditEvent], kind: str, at: datetime) -> int:
    """The number of the line that tells of this letter; `lines`: all of its request, oldest first,
    at least one. Where none of them is such a step, the last that came before the letter."""
    there = [each for each in lines if each.at <= at] or [lines[0]]
    for step in STEPS_OF.get(kind, ()):
        if right := [each for each in there if each.type == step]:
            return right[-1].pk
    return there[-1].pk
