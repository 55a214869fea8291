"""What stands out about a case: as words on its row, and as a filter of the queue.

Each has a condition for the database and one for a checklist that is read already; a test holds
the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access_requests.desk import clean, sql
from access_requests.desk.checklist import Checklist

Words = str | Promise


@dataclass(frozen=True)
class Flag:
    """`kind` is a colour of the tag. `is_rough`: the condition finds too many, and the checklist
    decides among those."""

    code: str
    label: Words
    kind: str
    condition: str
    is_so: Callable[[Checklist], bool]
    is_rough: bool = False


def _some(rows: str) -> str:
    return f"EXISTS ({rows})"


_REACHED = """EXISTS (SELECT FROM access_requests_contactattempt AS attempt
    WHERE attempt.access_request_id = request.id AND attempt.outcome = 'confirmed')"""
_EMPLOYED = """EXISTS (SELECT FROM access_requests_checkconfirmation AS answered
    WHERE answered.access_request_id = request.id AND answered.check_code = 'employment'
      AND answered.answer = 'holds')"""

FLAGS: tuple[Flag, ...] = (
    Flag(
        "clean",
        _("Clean"),
        "success",
        f"{_REACHED} AND {_EMPLOYED} AND NOT {_some(sql.RIVALS)} AND NOT {_some(sql.REPORTS)}",
        clean.is_clean,
        is_rough=True,
    ),
    Flag(
        "call",
        _("Needs a call"),
        "info",
        f"NOT {_some(sql.DECISIVE_ATTEMPT)}",
        lambda checklist: checklist.facts.attempt is None,
    ),
    Flag(
        "reported",
        _("Reported as not working there"),
        "error",
        _some(sql.REPORTS),
        lambda checklist: checklist.facts.reports.number > 0,
    ),
    Flag(
        "rivals",
        _("Rival requests"),
        "warning",
        _some(sql.RIVALS),
        lambda checklist: checklist.facts.rivals > 0,
    ),
    Flag(
        "refused",
        _("Asked before and refused"),
        "warning",
        _some(sql.REFUSALS),
        lambda checklist: checklist.facts.refusals.number > 0,
    ),
    Flag(
        "vendor",
        _("Vendor trace"),
        "warning",
        f"({_some(sql.OWN_VENDOR_REQUESTS)} OR ({sql.HAS_CORPORATE_ADDRESS}"
        f" AND {sql.domain_of('person')} IN ({sql.VENDOR_DOMAINS})))",
        lambda checklist: checklist.facts.own_vendor.number + checklist.facts.vendors.number > 0,
    ),
    Flag(
        "twin",
        _("May have another account"),
        "warning",
        f"request.id IN ({sql.WITH_TWIN})",
        lambda checklist: bool(checklist.facts.twins),
    ),
    Flag(
        "personal",
        _("Personal address"),
        "warning",
        "request.attests_no_corporate_email",
        lambda checklist: checklist.facts.request.attests_no_corporate_email,
    ),
)
BY_CODE = {flag.code: flag for flag in FLAGS}


def flags_of(checklist: Checklist) -> list[Flag]:
    return [flag for flag in FLAGS if flag.is_so(checklist)]
