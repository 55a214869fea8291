"""Letters about several requests or roles of one person, decided in one step: one email."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import joint_notices
from accounts.joint_notices import Joint
from accounts.notices import Message

_SUBJECTS = {
    "request_approved": _("Approved: %(n)d of your requests"),
    "request_rejected": _("Rejected: %(n)d of your requests"),
    "you_are_now_pso": _("You are now a Provider Security Official (PSO) at %(n)d CCNs"),
    "request_no_longer_waiting": _("The wait is over for %(n)d of your requests"),
    "request_moved": _("%(n)d of your requests are with somebody else now"),
    "request_waits_again": _("%(n)d of your requests wait"),
    "role_ended": _("%(n)d of your roles have ended"),
    "last_pso_gone": _("%(n)d CCNs have no PSO now"),
}
_PAGES = {"role_ended": "access_requests:my_roles", "last_pso_gone": "access_requests:notices"}


def tell(messages: Iterable[Message]) -> None:
    """What is of one kind and for one person goes in one email; the rest each in its own."""
    alike: dict[tuple[int, str], list[Message]] = {}
    for each in dict.fromkeys(messages):
        alike.setdefault((each.recipient.pk, each.kind), []).append(each)
    joint_notices.tell(
        [_joint(several) for several in alike.values() if len(several) > 1],
        [alone for [alone] in (each for each in alike.values() if len(each) == 1)],
    )


def _joint(messages: Sequence[Message]) -> Joint:
    kind = messages[0].kind
    words = {"messages": messages, "common": _common(messages)}
    return Joint(
        recipient=messages[0].recipient,
        subject=str(_SUBJECTS[kind]) % {"n": len(messages)},
        body=render_to_string("together/emails/several.txt", words).strip(),
        path=reverse(_PAGES.get(kind, "access_requests:list")),
        messages=tuple(messages),
    )


def _common(messages: Sequence[Message]) -> list[str]:
    """The paragraphs that stand in every one of them: a reason, what to do next."""
    first, *others = ([part.strip() for part in each.body.split("\n\n")] for each in messages)
    return [part for part in first if part and all(part in other for other in others)]
