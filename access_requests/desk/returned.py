"""First-PSO requests that CMS returned with a question: those that close soonest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.timezone import localdate

from access_requests.models import AccessRequest, Question
from access_requests.workflow.ending import DAYS_TO_ANSWER

PAGE_SIZE = 25
MOST_COUNTED = 100

Key = tuple[datetime, int]

_OPEN = """
SELECT question.id
  FROM access_requests_accessrequest AS request
  JOIN access_requests_question AS question ON question.access_request_id = request.id
 WHERE request.status = 'returned' AND request.is_first_pso
   AND question.answered_at IS NULL AND question.taken_back_at IS NULL
"""
_PAGE = f"""{_OPEN}
   AND (question.asked_at, question.id) > (%(after_at)s, %(after_id)s)
 ORDER BY question.asked_at, question.id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Row:
    question: Question

    @property
    def request(self) -> AccessRequest:
        return self.question.access_request

    @property
    def closes_on(self) -> date:
        return localdate(self.question.asked_at + timedelta(days=DAYS_TO_ANSWER))


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    after: Key | None


def count() -> int:
    """To MOST_COUNTED + 1 at most."""
    return len(_ids(f"{_OPEN} LIMIT %(limit)s", limit=MOST_COUNTED + 1))


def page(after: Key | None = None) -> Page:
    """Two statements."""
    after_at, after_id = after or ("-infinity", 0)
    ids = _ids(_PAGE, limit=PAGE_SIZE + 1, after_at=after_at, after_id=after_id)
    rows = [Row(each) for each in _questions(ids[:PAGE_SIZE])]
    last = rows[-1].question if rows and len(ids) > PAGE_SIZE else None
    return Page(rows, (last.asked_at, last.pk) if last else None)


def _questions(ids: list[int]) -> QuerySet[Question]:
    found = Question.objects.filter(pk__in=ids).order_by("asked_at", "pk")
    return found.select_related(
        "asked_by", "access_request__requester", "access_request__provider__chain"
    )


def _ids(statement: str, **parameters: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [row[0] for row in cursor.fetchall()]
