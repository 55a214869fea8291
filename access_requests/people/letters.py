"""What people are told about roles that end on a day. Whoever is concerned by many roles gets one
letter that lists them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse

from access_requests.models import RoleAssignment
from accounts.letter_words import words_of
from accounts.models import User
from accounts.notices import Message, tell_each

# A letter names so many; the page lists all.
MOST_NAMED = 25


def end_date_set(assignment: RoleAssignment) -> None:
    provider = assignment.provider
    subject, body = _words("end_date_set", assignment=assignment, provider=provider)
    told = Message(
        recipient=assignment.user,
        kind="end_date_set",
        subject=subject,
        body=body,
        path=provider.get_absolute_url(),
        request_id=assignment.access_request_id,
    )
    tell_each([told])


def roles_ended(roles: Sequence[RoleAssignment]) -> None:
    """All of one holder."""
    path = reverse("access_requests:my_roles")
    tell_each([_letter("roles_ended", roles[0].user, roles, path)])


def roles_end_soon(roles: Sequence[RoleAssignment]) -> None:
    """To each holder about theirs, to each PSO about everybody else's at their CCNs."""
    of_holder: dict[User, list[RoleAssignment]] = {}
    for each in roles:
        of_holder.setdefault(each.user, []).append(each)
    my_roles = reverse("access_requests:my_roles")
    people = reverse("people:list") + "?when=ending"
    told = [
        _letter("roles_end_soon", holder, theirs, my_roles) for holder, theirs in of_holder.items()
    ]
    told += [
        _letter("people_end_soon", pso, theirs, people) for pso, theirs in _by_pso(roles).items()
    ]
    tell_each(told)


def _by_pso(roles: Iterable[RoleAssignment]) -> dict[User, list[RoleAssignment]]:
    at: dict[int, list[RoleAssignment]] = {}
    for each in roles:
        at.setdefault(each.provider_id, []).append(each)
    psos = RoleAssignment.objects.active().psos().filter(provider__in=at).select_related("user")
    found: dict[User, list[RoleAssignment]] = {}
    for pso in psos.order_by("pk"):
        others = [each for each in at[pso.provider_id] if each.user_id != pso.user_id]
        if others:
            found.setdefault(pso.user, []).extend(others)
    return found


def _letter(kind: str, recipient: User, roles: Sequence[RoleAssignment], path: str) -> Message:
    first = sorted(roles, key=lambda each: (str(each.ends_on), each.provider.ccn, each.pk))
    subject, body = _words(
        kind,
        roles=first[:MOST_NAMED],
        only=first[0] if len(roles) == 1 else None,
        number=len(roles),
        more=max(0, len(roles) - MOST_NAMED),
        earliest=first[0].ends_on,
    )
    return Message(
        recipient=recipient,
        kind=kind,
        subject=subject,
        body=body,
        path=path,
        request_id=roles[0].access_request_id if len(roles) == 1 else None,
    )


def _words(kind: str, **context: object) -> tuple[str, str]:
    subject, body = words_of(f"people/emails/{kind}.txt", **context)
    paragraphs = [part.strip() for part in body.split("\n\n")]
    return subject, "\n\n".join(part for part in paragraphs if part)
