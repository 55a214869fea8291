"""The letters of this package. Each is about all that its reader must hear of at one time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from access_requests.models import AccessRequest
from accounts.business_days import business_days_between
from accounts.letter_words import words_of
from accounts.models import Notice, User
from accounts.notices import Message, tell_each

# So many are listed, those that have waited longest; the pages have them all.
MOST_LISTED = 15
# A morning's letters are about tens of thousands of requests, which stay locked meanwhile.
_SHARED: Final = """
INSERT INTO access_requests_sharednotice (notice_id, access_request_id)
SELECT * FROM unnest(%s::bigint[], %s::bigint[])
"""


@dataclass(frozen=True)
class Long:
    """A request, and since when whoever has it has had it: "psos", "cms", or "nobody"."""

    request: AccessRequest
    since: datetime
    who: str = ""

    @property
    def days(self) -> int:
        return business_days_between(self.since, timezone.now())


def requests_wait(approver: User, rows: Sequence[Long], *, beyond: int = 0) -> Message:
    """`beyond`: how many more wait than are given here."""
    queue = reverse("access_requests:queue")
    is_cms = approver.is_cms_reviewer
    said = {"is_cms": is_cms, "beyond": beyond}
    return _about("requests_wait", approver, rows, queue, to_decide=True, **said)


def service_center_can_help(rows: Sequence[Long]) -> Message:
    """To the requester of these."""
    requester = rows[0].request.requester
    nobody = sum(each.who == "nobody" for each in rows)
    mine = reverse("access_requests:list")
    return _about("service_center_can_help", requester, rows, mine, nobody=nobody)


def note_shared(notices: Iterable[Notice], by_person: Mapping[int, Sequence[Long]]) -> None:
    """Which requests each of these is about, one notice a person, so that the history of each
    request says whether the email left. In the transaction of the notices; one statement."""
    about = [
        (notice.pk, each.request.pk)
        for notice in notices
        if notice.request_id is None
        for each in by_person[notice.recipient_id]
    ]
    if about:
        with connection.cursor() as cursor:
            cursor.execute(_SHARED, [list(column) for column in zip(*about, strict=True)])


def request_nudged(
    requester: User, approvers: Iterable[User], by_person: Mapping[int, Sequence[Long]]
) -> None:
    """To each of these, about all that this requester waits for from them."""
    queue = reverse("access_requests:queue")
    notices = tell_each(
        _about(
            "request_nudged",
            each,
            by_person[each.pk],
            queue,
            to_decide=True,
            requester=requester,
        )
        for each in approvers
    )
    note_shared(notices, by_person)


def _about(
    kind: str,
    reader: User,
    rows: Sequence[Long],
    path: str,
    *,
    to_decide: bool = False,
    beyond: int = 0,
    **words: Any,
) -> Message:
    """The page of the request where it is one; of all of them where there are more."""
    only = rows[0] if len(rows) == 1 else None
    context = {
        "only": only,
        "rows": rows[:MOST_LISTED],
        "more": len(rows[MOST_LISTED:]) + beyond,
        "number": len(rows) + beyond,
        **words,
    }
    subject, body = words_of(f"waiting/emails/{kind}.txt", **context)
    return Message(
        recipient=reader,
        kind=kind,
        subject=subject,
        body=body,
        path=only.request.get_absolute_url() if only else path,
        request_id=only.request.pk if only else None,
        may_be_gathered=to_decide,
    )
