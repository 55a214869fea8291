"""Filing the lines of a group: each a request of its own, in a transaction of its own.

The rows are the truth. Whoever files, a web request or a worker, takes the first line that waits
and holds it locked; a worker that dies has filed whole lines, lets go of the one in hand, and the
next sweep goes on. When no line waits, everybody is told of all of them at once.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta

from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests import workflow
from access_requests.asking_rules import require_room_today
from access_requests.groups import letters
from access_requests.models import (
    AccessRequest,
    Affiliation,
    DayEvent,
    GroupLine,
    RequestGroup,
    Role,
    RoleAssignment,
)
from access_requests.statement import NotEligible, Statement
from access_requests.workflow.locks import lock_person, lock_provider
from accounts import audit, profile
from accounts.deadlocks import taken_again
from accounts.models import User
from providers.models import Provider

# While a person waits for the page; what does not fit is a worker's.
AT_ONCE, AT_ONCE_SECONDS = 25, 2.0
BATCH = 50
# The largest chain has 340 CCNs; two roles at each of them, and three times as much again.
MOST_OPEN = 2_000
# Whoever has a group in hand files a batch in a few seconds.
_LEFT_ALONE = timedelta(minutes=1)

Outcome = GroupLine.Outcome
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """A line to be filed, or one that cannot be, with the sentence that says why."""

    typed: str
    role: Role
    provider: Provider | None = None
    refusal: str = ""


@taken_again
@transaction.atomic
def start(
    *,
    requester: User,
    form_key: uuid.UUID,
    statement: Statement,
    lines: Sequence[Asked],
    legal_name: str = "",
    keep_in_profile: bool = False,
) -> tuple[RequestGroup, bool]:
    """Keep what was asked, and whether it is new: the same form sent twice is one group.

    Raises NotEligible where it would be too many. The person's row is locked: two forms sent at
    the same moment cannot each count the other out.
    """
    person = lock_person(requester.pk)
    if (sent := sent_before(person, form_key)) is not None:
        return sent, False
    _require_room(person, sum(not line.refusal for line in lines))
    default = {"job_title": statement.job_title, "employer": statement.employer}
    profile.fill_in(person, full_name=legal_name, **(default if keep_in_profile else {}))
    group = RequestGroup.objects.create(
        requester=person, form_key=form_key, created_at=timezone.now(), **asdict(statement)
    )
    GroupLine.objects.bulk_create(
        GroupLine(
            group=group,
            position=position,
            typed=line.typed,
            provider=line.provider,
            role=line.role,
            outcome=Outcome.REFUSED if line.refusal else Outcome.WAITING,
            refusal=line.refusal[:500],
        )
        for position, line in enumerate(lines, start=1)
    )
    _record(group, lines)
    return group, True


def sent_before(person: User, form_key: uuid.UUID | None) -> RequestGroup | None:
    if form_key is None:
        return None
    return RequestGroup.objects.filter(form_key=form_key, requester=person).first()


def file_some(group_id: int, *, most: int, seconds: float = 30.0) -> bool:
    """File so many lines, or as many as fit in the time; whether any are left for the next turn."""
    end = time.monotonic() + seconds
    for _number in range(most):
        if time.monotonic() > end:
            break
        line_id = _first_waiting(group_id)
        if line_id is None:
            break
        if not _file_or_go_on(line_id):
            # Whoever has it goes on with the rest.
            return False
    return not finish(group_id)


def file_the_rest_later(group_id: int) -> None:
    """By a worker. A broker that is down delays it until the next sweep."""
    transaction.on_commit(lambda: _send_for_a_worker(group_id), robust=True)


def groups_to_take_up() -> list[int]:
    """Those not done which nobody can be at any more, oldest first."""
    waiting = RequestGroup.objects.filter(filed_at=None)
    left = waiting.filter(created_at__lt=timezone.now() - _LEFT_ALONE)
    return list(left.order_by("id").values_list("pk", flat=True))


@taken_again
@transaction.atomic
def finish(group_id: int) -> bool:
    """Tell everybody once no line waits; whether all is done, by whomever."""
    group = RequestGroup.objects.select_for_update(of=("self",), no_key=True).get(pk=group_id)
    if group.filed_at is not None:
        return True
    if group.lines.filter(outcome=Outcome.WAITING).exists():
        return False
    group.filed_at = timezone.now()
    group.save(update_fields=["filed_at"])
    letters.group_filed(group)
    return True


def _first_waiting(group_id: int) -> int | None:
    waiting = GroupLine.objects.filter(group=group_id, outcome=Outcome.WAITING)
    return waiting.order_by("position").values_list("pk", flat=True).first()


def _file_or_go_on(line_id: int) -> bool:
    """False where somebody else has it. Whatever is wrong with one line must not stop the rest."""
    try:
        return _file(line_id)
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
        # The database is away, or the time is up: it is the same for all of them.
        raise
    except Exception:
        logger.exception("a line of a group cannot be filed", extra={"line_id": line_id})
        return _give_up(line_id)


@taken_again
@transaction.atomic
def _file(line_id: int) -> bool:
    line = _in_hand(line_id)
    if line is None or line.provider is None:
        # The second is never so: a constraint holds it.
        return False
    group = line.group
    try:
        filed = workflow.submit(
            requester=group.requester,
            provider=line.provider,
            role=line.role,
            statement=_statement_of(line),
            # Its place in the queue is from when the form was sent, however long filing takes.
            asked_at=group.created_at,
            with_letters=False,
        )
    except NotEligible as refusal:
        _write(line, outcome=Outcome.REFUSED, refusal=str(refusal)[:500])
    else:
        _write(line, outcome=Outcome.FILED, access_request=filed)
    return True


@transaction.atomic
def _give_up(line_id: int) -> bool:
    line = _in_hand(line_id)
    if line is not None:
        sentence = _("Something went wrong with this one. Ask for it with a form of its own.")
        _write(line, outcome=Outcome.REFUSED, refusal=sentence)
    return line is not None


def _in_hand(line_id: int) -> GroupLine | None:
    """Locked; None where it is filed by now, or somebody else has it."""
    rows = GroupLine.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    waiting = rows.filter(pk=line_id, outcome=Outcome.WAITING)
    return waiting.select_related("group__requester", "provider", "role").first()


def _write(
    line: GroupLine, *, outcome: str, refusal: str = "", access_request: AccessRequest | None = None
) -> None:
    line.outcome, line.refusal, line.access_request = outcome, refusal, access_request
    line.save(update_fields=["outcome", "refusal", "access_request"])


def _statement_of(line: GroupLine) -> Statement:
    """The administrator is named to CMS alone, once for all CCNs: a PSO must not read of it where
    CMS does not decide."""
    group = line.group
    said = {each.name: getattr(group, each.name) for each in fields(Statement)}
    statement = Statement(**said | {"affiliation": Affiliation(group.affiliation)})
    if _is_for_cms(line):
        return statement
    return replace(statement, administrator_name="", administrator_contact="")


def _is_for_cms(line: GroupLine) -> bool:
    """Holds until the line is filed: the locks are those of filing, in its order."""
    if not line.role.is_pso or line.provider_id is None:
        return False
    lock_person(line.group.requester_id)
    lock_provider(line.provider_id)
    psos = RoleAssignment.objects.active().psos()
    return not psos.filter(provider=line.provider_id).exists()


def _require_room(person: User, number: int) -> None:
    # Of another form that is still being filed.
    number += GroupLine.objects.filter(group__requester=person, outcome=Outcome.WAITING).count()
    require_room_today(person, number)
    open_now = AccessRequest.objects.open().filter(requester=person).count()
    if open_now + number > MOST_OPEN:
        sentence = _(
            "An account can have at most %(most)d open requests, and you have %(open)d. Wait "
            "until some are decided, or withdraw those that you no longer need."
        )
        raise NotEligible(sentence % {"most": MOST_OPEN, "open": open_now})


def _record(group: RequestGroup, lines: Sequence[Asked]) -> None:
    audit.record(
        DayEvent.MANY_ASKED,
        actor=group.requester,
        person=group.requester,
        details={
            "group": group.pk,
            "ccns": len({line.provider.ccn for line in lines if line.provider}),
            "requests": sum(not line.refusal for line in lines),
            "not_filed": sum(bool(line.refusal) for line in lines),
            "roles": sorted({line.role.code for line in lines}),
        },
    )


def _send_for_a_worker(group_id: int) -> None:
    # By its name: the task is built on this module.
    current_app.send_task("access_requests.tasks.file_group", (group_id,), expires=120)
