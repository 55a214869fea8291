"""What the reporter and CMS are told; the words are in templates/unlisted/emails/."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse

from access_requests import policy
from access_requests.models import AccessRequest, RoleAssignment, UnlistedProvider
from accounts.letter_words import words_of
from accounts.models import CmsRole, User
from accounts.notices import Message, tell_each
from providers.models import Provider

_MOST_NAMED = 10


def reported(report: UnlistedProvider) -> None:
    """The reporter hears that it arrived. CMS is told with the next gathered email."""
    tell_each([_about("unlisted_reported", report.reporter, report)])


def to_look_into(reports: Sequence[UnlistedProvider]) -> None:
    """One email to each of CMS's reviewers for all of these."""
    reviewers = User.objects.filter(cms_role=CmsRole.REVIEWER, is_active=True)
    shown = reports[:_MOST_NAMED]
    subject, body = _render(
        "unlisted_to_look_into", reports=shown, number=len(reports), more=len(reports) - len(shown)
    )
    path = reports[0].get_absolute_url() if len(reports) == 1 else reverse("unlisted:list")
    tell_each(_letters("unlisted_to_look_into", reviewers, subject, body, path))


def ended(report: UnlistedProvider) -> None:
    """Added, found on the roster, or answered; and what became of the kept request."""
    filed = report.access_request
    if filed is None:
        tell_each([_about("unlisted_ended", report.reporter, report)])
        return
    standing = policy.with_standing(AccessRequest.objects.all(), report.reporter).get(pk=filed.pk)
    waiting = policy.waiting_on(standing)
    tell_each([_about("unlisted_ended", report.reporter, report, waiting=waiting)])


def ccn_given(provider: Provider) -> None:
    """Whoever has a role there, or asks for one, reads the number to use from now on."""
    subject, body = _render("ccn_given", provider=provider)
    holders = RoleAssignment.objects.not_ended().filter(provider=provider).values("user")
    asking = AccessRequest.objects.open().filter(provider=provider).values("requester")
    people = User.objects.filter(pk__in=holders) | User.objects.filter(pk__in=asking)
    path = reverse("access_requests:provider", args=[provider.ccn])
    tell_each(_letters("ccn_given", people, subject, body, path))


def _letters(
    kind: str, people: Iterable[User], subject: str, body: str, path: str
) -> list[Message]:
    return [
        Message(recipient=each, kind=kind, subject=subject, body=body, path=path) for each in people
    ]


def _about(kind: str, recipient: User, report: UnlistedProvider, **words: object) -> Message:
    subject, body = _render(kind, report=report, provider=report.provider, **words)
    filed = report.access_request
    return Message(
        recipient=recipient,
        kind=kind,
        subject=subject,
        body=body,
        path=filed.get_absolute_url() if filed else report.get_absolute_url(),
        request_id=report.access_request_id,
    )


def _render(kind: str, **context: object) -> tuple[str, str]:
    return words_of(f"unlisted/emails/{kind}.txt", **context)
