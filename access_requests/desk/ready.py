"""Ready-made questions for returning a first-PSO request, those that fit the case first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from access_requests.desk.checklist import Checklist
from access_requests.desk.checks import CHECKS, Check

Choices = list[tuple[str, str | list[tuple[str, str]]]]


def choices(checklist: Checklist | None = None) -> Choices:
    """For a select: code and text, grouped by check."""
    wanted = [item.check for item in checklist.not_holding] if checklist else []
    rest = [check for check in CHECKS if check not in wanted]
    groups = [(str(check.title), _questions(check)) for check in [*wanted, *rest]]
    return [("", _("Write my own")), *((title, found) for title, found in groups if found)]


def text_of(code: str) -> str:
    """The question that this code stands for; "" when there is none."""
    found = {code: text for check in CHECKS for code, text in _questions(check)}
    return found.get(code, "")


def _questions(check: Check) -> list[tuple[str, str]]:
    return [(f"{check.code}-{n}", str(text)) for n, text in enumerate(check.questions, 1)]
