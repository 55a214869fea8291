"""One letter for the person who asked and one for each decider, however many CCNs it was.

The words are in templates/groups/emails/, the first line being the subject.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db.models import Q

from access_requests import asked_again, emails, policy
from access_requests.models import (
    AccessRequest,
    GroupLine,
    RequestGroup,
    RoleAssignment,
)
from access_requests.policy import Waiting
from accounts.letter_words import words_of
from accounts.models import CmsRole, Notice, User
from accounts.notices import Delivery, Message, deliveries, tell_each

# So many are listed in a letter; the page has them all.
MOST_LISTED = 20
# The requester's stands first.
MOST_SHOWN = 50


def group_filed(group: RequestGroup) -> None:
    """In the transaction that notes that no line waits. Whoever has one request to hear of gets
    the letter about that one."""
    filed = list(
        policy.with_standing(AccessRequest.objects.filter(group_line__group=group), group.requester)
        .select_related("requester", "provider", "role")
        .order_by("group_line__position")
    )
    waiting: dict[Waiting, list[AccessRequest]] = defaultdict(list)
    for each in filed:
        waiting[policy.waiting_on(each)].append(each)
    letters = [_received(group, filed, waiting)]
    again = asked_again.among(filed)
    for decider, theirs in _deciders(group, waiting):
        is_again = all(each.pk in again for each in theirs)
        letters.append(replace(_to_decide(group, decider, theirs), without_email=is_again))
    notices = tell_each(letters)
    group.letters.add(*_of_group(notices))


def deliveries_of(
    group: RequestGroup, viewer: User, asked: AccessRequest | None = None
) -> list[Delivery]:
    """What this person may know: their own and the requester's; CMS, all of them, or those who
    decide this one request of the group. One query."""
    told = Notice.objects.filter(request_groups=group)
    if not viewer.is_cms:
        told = told.filter(recipient__in={viewer.pk, group.requester_id})
    elif asked is not None:
        psos = RoleAssignment.objects.psos().filter(provider=asked.provider_id)
        concerned = Q(recipient=group.requester_id) | Q(recipient__in=psos.values("user"))
        if asked.is_for_pso_role:
            concerned |= Q(recipient__cms_role=CmsRole.REVIEWER)
        told = told.filter(concerned)
    return deliveries(told)[:MOST_SHOWN]


def _received(
    group: RequestGroup, filed: Sequence[AccessRequest], waiting: dict[Waiting, list[AccessRequest]]
) -> Message:
    refused = group.lines.filter(outcome=GroupLine.Outcome.REFUSED).count()
    numbers: dict[str, object] = {name.value: len(waiting[name]) for name in Waiting}
    numbers["refused"] = refused
    return _letter("group_received", group.requester, group, filed, numbers)


def _to_decide(group: RequestGroup, decider: User, theirs: Sequence[AccessRequest]) -> Message:
    if len(theirs) == 1:
        return emails.letter("request_to_decide", decider, theirs[0])
    return _letter("group_to_decide", decider, group, theirs, may_be_gathered=True)


def _deciders(
    group: RequestGroup, waiting: dict[Waiting, list[AccessRequest]]
) -> Iterable[tuple[User, list[AccessRequest]]]:
    """Each with what they can decide: CMS's reviewers, and the PSOs of each CCN."""
    if of_cms := waiting[Waiting.CMS]:
        yield from ((reviewer, of_cms) for reviewer in emails.cms_reviewers())
    of_psos: dict[int, list[AccessRequest]] = defaultdict(list)
    for each in waiting[Waiting.PSOS]:
        of_psos[each.provider_id].append(each)
    psos = RoleAssignment.objects.active().psos().filter(provider__in=of_psos)
    theirs: dict[User, list[AccessRequest]] = defaultdict(list)
    for held in psos.exclude(user=group.requester_id).select_related("user").order_by("pk"):
        theirs[held.user] += of_psos[held.provider_id]
    yield from theirs.items()


def _letter(
    kind: str,
    recipient: User,
    group: RequestGroup,
    requests: Sequence[AccessRequest],
    words: Mapping[str, object] | None = None,
    *,
    may_be_gathered: bool = False,
) -> Message:
    context = {
        "group": group,
        "requests": requests[:MOST_LISTED],
        "number": len(requests),
        "not_listed": max(0, len(requests) - MOST_LISTED),
        **(words or {}),
    }
    subject, body = words_of(f"groups/emails/{kind}.txt", **context)
    return Message(
        recipient=recipient,
        kind=kind,
        subject=subject,
        body=body,
        path=group.get_absolute_url(),
        may_be_gathered=may_be_gathered,
    )


def _of_group(notices: Iterable[Notice]) -> list[Notice]:
    """Those about one request alone are found by that request."""
    return [notice for notice in notices if notice.request_id is None]
