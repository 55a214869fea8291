"""What became of a form: its lines counted, drawn, and a page of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access_requests import now, policy
from access_requests.groups.drawing import Share, shares_of
from access_requests.models import (
    OPEN_STATUSES,
    AccessRequest,
    GroupLine,
    RequestGroup,
    Status,
)
from access_requests.policy import Waiting
from accounts.models import User

PAGE_SIZE: Final = 25
Outcome = GroupLine.Outcome
Lines = QuerySet[GroupLine]
_AskedFor = tuple[int | None, str]

_IS_PENDING: Final = Q(access_request__status=Status.PENDING)
_WAITS_FOR_A_PSO: Final = Exists(
    policy.waiting_for_a_pso(AccessRequest.objects.filter(pk=OuterRef("access_request")))
)

# In the order of the drawing: what is shown, by which lines it is found, and its name.
KINDS: Final[dict[str, tuple[Promise, Q]]] = {
    "filing": (_("Being filed"), Q(outcome=Outcome.WAITING)),
    "open": (_("Waiting for a decision"), _IS_PENDING & ~Q(_WAITS_FOR_A_PSO)),
    "no-pso": (_("Waiting for a PSO"), _IS_PENDING & Q(_WAITS_FOR_A_PSO)),
    "returned": (_("A question waits for an answer"), Q(access_request__status=Status.RETURNED)),
    "approved": (_("Approved"), Q(access_request__status=Status.APPROVED)),
    "rejected": (_("Rejected"), Q(access_request__status=Status.REJECTED)),
    "ended": (
        _("Withdrawn or closed"),
        Q(access_request__status__in=[Status.WITHDRAWN, Status.CLOSED]),
    ),
    "not-filed": (_("Not filed"), Q(outcome=Outcome.REFUSED)),
}

_ASKED_ALREADY: Final = AccessRequest.objects.filter(
    requester=OuterRef("group__requester"),
    provider=OuterRef("provider"),
    role=OuterRef("role"),
    status__in=OPEN_STATUSES,
)
# Not filed, and not because the same waits already.
_CAN_BE_CORRECTED: Final = Q(outcome=Outcome.REFUSED) & ~Q(Exists(_ASKED_ALREADY))

# Those of requests that can still be withdrawn.
OPEN_KINDS: Final = frozenset({"open", "no-pso", "returned"})

# What somebody has to do something about stands first, then what is on its way.
_FIRST: Final = ("not-filed", "returned", "no-pso", "filing", "open", "rejected")
# More than a form has lines: each line's place is its kind's, then its own.
_APART: Final = 1_000_000
_PLACE: Final = F("position") + _APART * Case(
    *(When(KINDS[key][1], then=rank) for rank, key in enumerate(_FIRST)),
    default=len(_FIRST),
    output_field=IntegerField(),
)


def _name(key: str) -> str:
    return key.replace("-", "_")


_COUNTS: Final = {_name(key): Count("pk", filter=q) for key, (_label, q) in KINDS.items()}


@dataclass(frozen=True)
class Row:
    line: GroupLine
    request: AccessRequest | None
    waiting: str
    waits_for_a_pso: bool = False
    # Why the line was not filed, where it still waits.
    open_instead: AccessRequest | None = None


def visible_lines(user: User, group: RequestGroup) -> Lines:
    """The requester's and CMS's: all. A PSO's: those that became requests at their CCNs."""
    if user.is_cms or group.requester_id == user.pk:
        return group.lines.all()
    return group.lines.filter(access_request__in=policy.visible_requests(user))


def shares(lines: Lines) -> list[Share]:
    """Of those kinds that there are. One query, over the lines of one form."""
    return summed(lines)[0]


def summed(lines: Lines) -> tuple[list[Share], bool]:
    """The same, and whether a line that was not filed can be corrected. One query."""
    numbers = lines.order_by().aggregate(
        **_COUNTS, correctable=Count("pk", filter=_CAN_BE_CORRECTED)
    )
    return _drawn(numbers), bool(numbers["correctable"])


def counted(groups: Sequence[RequestGroup]) -> list[tuple[RequestGroup, int, list[Share]]]:
    """Each with how many CCNs it named, and its shares. One query."""
    lines = GroupLine.objects.filter(group__in=groups).order_by().values("group")
    rows = lines.annotate(ccns=Count("typed", distinct=True), **_COUNTS)
    found: dict[int, Any] = {each["group"]: each for each in rows}
    return [(group, found[group.pk]["ccns"], _drawn(found[group.pk])) for group in groups]


def _drawn(numbers: Mapping[str, int]) -> list[Share]:
    return shares_of((key, label, numbers[_name(key)]) for key, (label, _q) in KINDS.items())


def page(lines: Lines, viewer: User, *, show: str, after: int) -> tuple[list[Row], int | None]:
    """One page of rows, those with a problem first, and the key of the next. Two queries."""
    wanted = lines.filter(KINDS[show][1]) if show in KINDS else lines
    found = list(
        wanted.annotate(place=_PLACE)
        .filter(place__gt=after)
        .select_related("provider", "role", "group")
        .order_by("place")[: PAGE_SIZE + 1]
    )
    shown = found[:PAGE_SIZE]
    requests = _requests(shown, viewer)
    open_ones = {_asked_for(each): each for each in requests if each.is_open}
    filed = {each.pk: each for each in requests}
    rows = [_row(line, filed, open_ones, viewer) for line in shown]
    return rows, shown[-1].place if len(found) > PAGE_SIZE else None


def can_be_corrected(lines: Lines) -> Lines:
    return lines.filter(_CAN_BE_CORRECTED)


def _requests(lines: Sequence[GroupLine], viewer: User) -> list[AccessRequest]:
    """What the lines became, and what waits in place of those that were not filed."""
    if not lines:
        return []
    refused = [line for line in lines if line.outcome == Outcome.REFUSED and line.provider_id]
    found = AccessRequest.objects.filter(
        Q(pk__in=[line.access_request_id for line in lines if line.access_request_id])
        | Q(
            requester=lines[0].group.requester_id,
            provider__in={line.provider_id for line in refused},
            status__in=OPEN_STATUSES,
        )
    )
    rows = now.with_psos_counted(policy.with_standing(found, viewer))
    return list(rows.select_related("provider", "requester"))


def _asked_for(what: GroupLine | AccessRequest) -> _AskedFor:
    return what.provider_id, what.role_id


def _row(
    line: GroupLine,
    filed: Mapping[int, AccessRequest],
    open_ones: Mapping[_AskedFor, AccessRequest],
    viewer: User,
) -> Row:
    asked = filed.get(line.access_request_id or 0)
    if asked is None:
        is_refused = line.outcome == Outcome.REFUSED
        instead = open_ones.get(_asked_for(line)) if is_refused else None
        return Row(line, None, "", open_instead=instead)
    waits = policy.waiting_on(asked) in {Waiting.FIRST_PSO, Waiting.SECOND_PSO}
    return Row(line, asked, now.in_a_few_words(asked, viewer), waits)
