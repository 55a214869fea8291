"""CMS sees everybody, and each of its looks at people is a line in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from access_requests.models import AccessRequest, EventType
from accounts import audit
from accounts.http import person_of
from accounts.models import User
from providers.models import Provider

# In the details of a line: seen as one of many, not opened.
ON_LIST = "on_list"


def record_look(
    request: HttpRequest,
    person: User | None,
    provider: Provider | None,
    request_id: int | None = None,
) -> None:
    """One line, whatever the page answers; nothing for people who look at what is theirs."""
    viewer = person_of(request)
    if viewer.is_cms and request.method != "HEAD":
        audit.record(
            EventType.PERSON_VIEWED,
            actor=viewer,
            person=person,
            ccn=provider.ccn if provider else "",
            request_id=request_id,
        )


def lines_of_people(viewer: User, shown: Iterable[User | None], ccn: str = "") -> list[audit.Line]:
    """One for each person whom a page names, however often; none for the viewer themselves."""
    people = {each.pk: each for each in shown if each is not None and each.pk != viewer.pk}
    return [
        audit.Line(type=EventType.PERSON_VIEWED, actor=viewer, person=each, ccn=ccn)
        for each in people.values()
    ]


def record_people(
    request: HttpRequest, shown: Iterable[User | None], provider: Provider | None = None
) -> None:
    """Whom a page of CMS's names, in one statement."""
    viewer = person_of(request)
    if viewer.is_cms and request.method != "HEAD":
        audit.record_many(lines_of_people(viewer, shown, provider.ccn if provider else ""))


def record_looks(request: HttpRequest, shown: Iterable[AccessRequest]) -> None:
    """A line for each request on a list, in one statement."""
    viewer = person_of(request)
    if viewer.is_cms and request.method != "HEAD":
        audit.record_many(
            audit.Line(
                type=EventType.PERSON_VIEWED,
                actor=viewer,
                person=each.requester,
                ccn=each.provider.ccn,
                request_id=each.pk,
                details={ON_LIST: True},
            )
            for each in shown
        )
