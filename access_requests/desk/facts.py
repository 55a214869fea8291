# ruff: noqa: S608 - the statement is put together from constants alone
"""What is known about a case: read beside the request itself, in the same statement, so that a
page of cases and a decision under its lock take no query more for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import JSONField, QuerySet
from django.db.models.expressions import RawSQL

from access_requests.desk import sql
from access_requests.models import AccessRequest

_FACTS: Final = f"""(
SELECT jsonb_build_object(
    'active_psos', (SELECT count(*) FROM access_requests_roleassignment AS held
                     WHERE held.provider_id = home.id AND held.role_id = 'pso'
                       AND held.status = 'active'),
    'chain_size', (SELECT count(*) FROM providers_provider AS sister
                    WHERE sister.chain_id = home.chain_id AND sister.closed_on IS NULL),
    'chain_name', (SELECT chain.name FROM providers_chain AS chain
                    WHERE chain.id = home.chain_id),
    'people_here', CASE WHEN {sql.HAS_CORPORATE_ADDRESS}
        THEN (SELECT count(*) FROM ({sql.PEOPLE_HERE}) AS found) ELSE 0 END,
    'people_in_chain', CASE WHEN {sql.HAS_CORPORATE_ADDRESS} AND home.chain_id IS NOT NULL
        THEN (SELECT count(*) FROM ({sql.PEOPLE_IN_CHAIN}) AS found) ELSE 0 END,
    'own_vendor', (SELECT jsonb_build_array(count(*), max(submitted_at))
                     FROM ({sql.OWN_VENDOR_REQUESTS}) AS found),
    'vendors', CASE WHEN {sql.HAS_CORPORATE_ADDRESS} THEN
        (SELECT jsonb_build_array(count(*), count(*) FILTER (WHERE provider_id = home.id),
                                  max(submitted_at))
           FROM ({sql.VENDORS_OF_DOMAIN} LIMIT 1000) AS found) ELSE '[0, 0, null]' END,
    'refusals', (SELECT jsonb_build_array(count(*), count(*) FILTER (WHERE provider_id = home.id),
                                          max(ended_at)) FROM ({sql.REFUSALS}) AS found),
    'rivals', (SELECT count(*) FROM ({sql.RIVALS} LIMIT {sql.MOST_COUNTED}) AS found),
    'reports', (SELECT jsonb_build_array(count(*), max(reported_at))
                  FROM ({sql.REPORTS}) AS found),
    'report_ids', (SELECT coalesce(jsonb_agg(id), '[]')
                     FROM ({sql.REPORTS} ORDER BY report.id LIMIT 3) AS found),
    'settled', (SELECT jsonb_build_array(count(*), (array_agg(outcome ORDER BY settled_at DESC))[1])
                  FROM ({sql.SETTLED_REPORTS}) AS found),
    'last_said', ({sql.LAST_SAID}),
    'twins', (SELECT coalesce(jsonb_agg(to_jsonb(found)), '[]') FROM ({sql.TWINS}) AS found),
    'attempt', (SELECT to_jsonb(found) FROM ({sql.DECISIVE_ATTEMPT}) AS found),
    'tries', (SELECT count(*) FROM access_requests_contactattempt AS attempt
               WHERE attempt.access_request_id = request.id),
    'answers', (SELECT coalesce(jsonb_object_agg(check_code, to_jsonb(found)), '{{}}')
                  FROM ({sql.ANSWERS}) AS found))
  FROM {sql.CASE}
 WHERE request.id = access_requests_accessrequest.id
)"""


@dataclass(frozen=True)
class Answer:
    """What a reviewer said last about one check, of the person as they are now."""

    holds: bool
    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Attempt:
    """The last attempt in which the administrator, or somebody known there, was reached."""

    how: str
    reached_at: str
    who: str
    outcome: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Traces:
    """So many rows, so many of them at this CCN, and the newest's moment."""

    number: int
    here: int
    newest: datetime | None


@dataclass(frozen=True)
class Twin:
    """Another account of what may be the same person, and what the two have in common."""

    pk: int
    username: str
    since: datetime
    same: list[str]


@dataclass(frozen=True)
class Facts:
    request: AccessRequest
    active_psos: int
    chain_size: int
    chain_name: str
    people_here: int
    people_in_chain: int
    own_vendor: Traces
    vendors: Traces
    refusals: Traces
    rivals: int
    reports: Traces
    # Some of the open ones; then how many are settled, and how the newest of these was.
    report_ids: list[int]
    settled: int
    last_settled: str
    twins: list[Twin]
    # The newest that reached somebody and counts; and what was said in the newest that ever did.
    attempt: Attempt | None
    last_said: str
    tries: int
    answers: Mapping[str, Answer]


def with_facts(requests: QuerySet[AccessRequest]) -> QuerySet[AccessRequest]:
    """Read beside each request what its checklist is judged by; facts_of() then takes no query."""
    return requests.annotate(**{"desk_facts": RawSQL(_FACTS, [], JSONField())})  # noqa: S611


def facts_of(access_request: AccessRequest) -> Facts:
    """The request comes from with_facts(), with its requester and provider loaded."""
    read: dict[str, Any] = getattr(access_request, "desk_facts")  # noqa: B009
    return Facts(
        request=access_request,
        active_psos=read["active_psos"],
        chain_size=read["chain_size"],
        chain_name=read["chain_name"] or "",
        people_here=read["people_here"],
        people_in_chain=read["people_in_chain"],
        own_vendor=_at_this_ccn(*read["own_vendor"]),
        vendors=_traces(*read["vendors"]),
        refusals=_traces(*read["refusals"]),
        rivals=read["rivals"],
        reports=_at_this_ccn(*read["reports"]),
        report_ids=read["report_ids"],
        settled=read["settled"][0],
        last_settled=read["settled"][1] or "",
        twins=[
            Twin(each["id"], each["username"], _moment(each["since"]), each["same"])
            for each in read["twins"]
        ],
        attempt=_attempt(read["attempt"]),
        last_said=read["last_said"] or "",
        tries=read["tries"],
        answers={code: _answer(said) for code, said in read["answers"].items()},
    )


def _traces(number: int, here: int, newest: str | None) -> Traces:
    return Traces(number, here, _moment(newest) if newest else None)


def _at_this_ccn(number: int, newest: str | None) -> Traces:
    return _traces(number, number, newest)


def _attempt(read: dict[str, Any] | None) -> Attempt | None:
    if read is None:
        return None
    words = {name: read[name] for name in ("how", "reached_at", "who", "outcome", "by")}
    return Attempt(**words, at=_moment(read["at"]))


def _answer(read: dict[str, Any]) -> Answer:
    return Answer(read["answer"] == "holds", read["note"], read["by"], _moment(read["at"]))


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)
