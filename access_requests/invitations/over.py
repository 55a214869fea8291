"""What the page of a letter says once nothing of it can be accepted any more: how each of its
invitations ended, and where its reader can ask without one.

It goes by how they ended. Whether a named person is still PSO somewhere, an old link tells nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests.groups.judging import psos_at
from access_requests.invitations import fallen, rules
from access_requests.models import Invitation, InvitationLetter
from accounts.models import User
from providers.models import Provider

How = Invitation.EndedHow


@dataclass(frozen=True)
class Asking:
    """A provider where the reader can ask for the role on their own."""

    provider: Provider
    who_decides: str
    query: str
    may_be_invited_anew: bool


def about(
    letter: InvitationLetter, rows: Sequence[Invitation], reader: User | None
) -> dict[str, Any]:
    """The rows are all of the letter, from with_standing()."""
    rest = [each for each in rows if reader is None or each.accepted_by_id != reader.pk]
    is_used = any(each.ended_how == How.ACCEPTED for each in rows)
    is_declined = not is_used and any(each.ended_how == How.DECLINED for each in rows)
    # That it was declined, the page says of itself.
    untold = [each for each in rest if not (is_declined and each.ended_how == How.DECLINED)]
    fell = _fallen_of(rows)
    asking = _asking(letter, rest, fell)
    return {
        "is_used": is_used,
        "is_declined": is_declined,
        "is_all_accepted": not rest,
        "whys": _whys(untold, fell, of=len(rows)),
        "asking": asking,
        "is_anew_everywhere": all(each.may_be_invited_anew for each in asking),
    }


def _fallen_of(rows: Sequence[Invitation]) -> set[int]:
    """Those that ended by themselves, swept or not."""
    now = timezone.now()
    not_swept = {
        each.pk
        for each in rows
        if each.is_open and each.expires_at > now and not each.inviter_belongs
    }
    return fallen.among(rows) | not_swept


def _asking(
    letter: InvitationLetter, rows: Sequence[Invitation], fell: Collection[int]
) -> list[Asking]:
    open_ones = [each for each in rows if each.provider.is_open]
    if not open_ones:
        return []
    psos = psos_at(each.provider for each in open_ones)
    return [
        Asking(
            provider=each.provider,
            who_decides=fallen.who_decides(
                each.provider, each.role, has_pso=each.provider_id in psos
            ),
            query=urlencode({"ccn": each.provider.ccn, "role": each.role_id}),
            may_be_invited_anew=each.pk not in fell and not letter.wants_no_more,
        )
        for each in open_ones
    ]


def _whys(rows: Sequence[Invitation], fell: Collection[int], *, of: int) -> list[str]:
    """Of a part of them, or where the reasons differ, each with its provider."""
    said = [fallen.why(each) if each.pk in fell else rules.why_not_open(each) for each in rows]
    if len(rows) == of and len(set(said)) == 1:
        return said[:1]
    return [
        _("%(name)s (CCN %(ccn)s): %(why)s")
        % {"name": each.provider.display_name, "ccn": each.provider.ccn, "why": why}
        for each, why in zip(rows, said, strict=True)
    ]
