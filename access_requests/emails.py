"""What people are told, and who is told, after each step.

One function per past event. Each stores its letters in the caller's transaction; the words are
in templates/access_requests/emails/, the first line being the subject.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from access_requests import asked_again, policy
from access_requests.desk import due
from access_requests.models import (
    AccessRequest,
    Question,
    RejectionReason,
    RoleAssignment,
    Status,
)
from access_requests.policy import Waiting
from accounts.letter_words import words_of
from accounts.models import CmsRole, User
from accounts.notices import Message, tell_each


def request_submitted(access_request: AccessRequest, *, requester_knows: bool = False) -> None:
    """The requester hears that it arrived and who decides it; the deciders, that it is there."""
    waiting = policy.waiting_on(access_request)
    letters = []
    if not requester_knows:
        words = {"waiting": waiting, "target": due.target_of(access_request.submitted_at)}
        letters.append(to_requester("request_received", access_request, **words))
    is_again = bool(asked_again.among([access_request]))
    letters += [
        replace(letter("request_to_decide", decider, access_request), without_email=is_again)
        for decider in deciders(access_request, waiting)
    ]
    tell_each(letters)


def request_approved(access_request: AccessRequest) -> None:
    tell_each([to_requester("request_approved", access_request)])


def first_pso_approved(
    access_request: AccessRequest, *, handed_over: list[AccessRequest], own: list[AccessRequest]
) -> None:
    """The new PSO is told what they may do, and that their own other requests wait for a second
    PSO; whoever waited for a PSO, that the wait is over."""
    letters = [to_new_pso(access_request, handed_over)]
    for each in handed_over:
        kind = "request_moved" if each.is_for_pso_role else "request_no_longer_waiting"
        letters.append(to_requester(kind, each, to_cms=False, second=False))
    letters += [to_requester("request_waits_again", each, sole=True) for each in own]
    tell_each(letters)


def further_pso_approved(access_request: AccessRequest, *, others: list[AccessRequest]) -> None:
    tell_each(to_further_pso_and_sole_ones(access_request, others))


def to_further_pso_and_sole_ones(
    access_request: AccessRequest, others: list[AccessRequest]
) -> list[Message]:
    """As above; a sole PSO hears that somebody can now decide their own requests."""
    letters = [to_new_pso(access_request, others)]
    letters += [
        to_requester("request_no_longer_waiting", each, second=True)
        for each in others
        if each.requester_was_sole_pso
    ]
    return letters


def request_rejected(access_request: AccessRequest) -> None:
    tell_each([to_rejected(access_request)])


def to_rejected(access_request: AccessRequest) -> Message:
    reason = RejectionReason(access_request.rejection_reason)
    return to_requester("request_rejected", access_request, reason=reason)


def question_asked(access_request: AccessRequest, question: Question) -> None:
    tell_each([to_requester("question_asked", access_request, question=question)])


def question_answered(access_request: AccessRequest) -> None:
    """The answer goes to whoever decides now, which may no longer be the asker (rule 15)."""
    waiting = policy.waiting_on(access_request)
    tell_each(
        [
            letter("question_answered", decider, access_request)
            for decider in deciders(access_request, waiting)
        ]
    )


def question_taken_back(access_request: AccessRequest) -> None:
    tell_each([to_requester("question_taken_back", access_request)])


def request_closed(access_request: AccessRequest) -> None:
    tell_each([to_requester("request_closed", access_request)])


def role_ended(assignment: RoleAssignment) -> None:
    """Given up, revoked, or ended with the provider: the holder gets it in writing."""
    tell_each([to_holder(assignment)])


def tell(letters: Iterable[Message]) -> None:
    tell_each(letters)


def to_holder(assignment: RoleAssignment) -> Message:
    return about_role("role_ended", assignment.user, assignment)


def pso_gone(
    assignment: RoleAssignment,
    *,
    to_cms: list[AccessRequest],
    waiting: list[AccessRequest],
    told: Iterable[User] | None,
) -> list[Message]:
    """Each requester who now waits, or whose decider changed, is told. `told`: whoever hears that
    it was the last PSO; None where one is left."""
    letters = [to_requester("request_moved", each, to_cms=True) for each in to_cms]
    letters += [to_requester("request_waits_again", each, sole=told is None) for each in waiting]
    letters += [
        about_role("last_pso_gone", person, assignment)
        for person in told or ()
        if person.pk != assignment.user_id
    ]
    return letters


def who_hears_of_last_psos_gone(provider_ids: Collection[int]) -> dict[int, list[User]]:
    """For each of these CCNs everybody with a role there, and CMS: two queries."""
    if not provider_ids:
        return {}
    reviewers = list(cms_reviewers())
    holders = RoleAssignment.objects.not_ended().filter(
        provider__in=provider_ids, user__is_active=True
    )
    told: dict[int, dict[int, User]] = {each: {} for each in provider_ids}
    for held in holders.select_related("user").order_by("user_id"):
        told[held.provider_id][held.user_id] = held.user
    return {home: [*people.values(), *reviewers] for home, people in told.items()}


def deciders(access_request: AccessRequest, waiting: Waiting) -> Iterable[User]:
    match waiting:
        case Waiting.CMS:
            return cms_reviewers()
        case Waiting.PSOS:
            return User.objects.filter(
                pk__in=RoleAssignment.objects.active()
                .psos()
                .filter(provider=access_request.provider)
                .exclude(user=access_request.requester)
                .values("user")
            )
        case _:
            return []


def cms_reviewers() -> Iterable[User]:
    return User.objects.filter(cms_role=CmsRole.REVIEWER, is_active=True)


def to_new_pso(access_request: AccessRequest, others: list[AccessRequest]) -> Message:
    to_decide = sum(each.status == Status.PENDING for each in others)
    return to_requester("you_are_now_pso", access_request, to_decide=to_decide)


def to_requester(kind: str, access_request: AccessRequest, **words: object) -> Message:
    return letter(kind, access_request.requester, access_request, **words)


# They say that something waits for their reader's decision, and so may wait for the daily email.
_MAY_BE_GATHERED = frozenset({"request_to_decide", "question_answered"})


def letter(kind: str, recipient: User, access_request: AccessRequest, **words: object) -> Message:
    subject, body = render(
        kind, access_request=access_request, provider=access_request.provider, **words
    )
    # Whoever calls the Service Center reads this number out.
    number = _("Request %(number)s") % {"number": access_request.pk}
    return Message(
        recipient=recipient,
        kind=kind,
        subject=subject,
        body=f"{number}\n\n{body}",
        path=access_request.get_absolute_url(),
        request_id=access_request.pk,
        may_be_gathered=kind in _MAY_BE_GATHERED,
    )


def about_role(kind: str, recipient: User, assignment: RoleAssignment) -> Message:
    subject, body = render(kind, assignment=assignment, provider=assignment.provider)
    return Message(
        recipient=recipient,
        kind=kind,
        subject=subject,
        body=body,
        path=reverse("access_requests:provider", args=[assignment.provider.ccn]),
        request_id=assignment.access_request_id,
    )


def render(kind: str, **context: object) -> tuple[str, str]:
    return words_of(f"access_requests/emails/{kind}.txt", **context)
