"""Who is told of a report, and of what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from access_requests.models import EmploymentReport
from accounts.letter_words import words_of
from accounts.models import CmsRole, User
from accounts.notices import tell, tell_many


def reported(said: Sequence[EmploymentReport]) -> None:
    """CMS's reviewers: about one report, or about several made at once."""
    one = said[0] if len(said) == 1 else None
    context = {"report": one or said[0], "number": len(said)}
    subject, body = _words("person_reported", context)
    tell_many(
        recipients=User.objects.filter(cms_role=CmsRole.REVIEWER, is_active=True),
        kind="person_reported",
        subject=subject,
        body=body,
        path=reverse("reports:detail", args=[one.pk]) if one else reverse("reports:list"),
    )


def settled(report: EmploymentReport) -> None:
    """Whoever reported with an account hears what came of it, in general words."""
    if report.reported_by is None:
        return
    subject, body = _words("report_settled", {"report": report})
    tell(
        recipient=report.reported_by,
        kind="report_settled",
        subject=subject,
        body=body,
        path=report.provider.get_absolute_url(),
    )


def _words(kind: str, context: dict[str, object]) -> tuple[str, str]:
    return words_of(f"reports/emails/{kind}.txt", **context)
