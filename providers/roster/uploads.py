"""The only place that changes the state of an upload.

    comparing → compared → importing → imported
        ↓   ↖______↙ ↑________↙
     unusable      dropped

People's steps lock the row and find it free, or are refused; a worker holds it locked for as long
as it compares or writes, so that nobody changes what it works on and its death lets go of it.
"""

from __future__ import annotations

import hashlib
import lzma
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from providers.models import RosterDifference, RosterUpload
from providers.roster import wake_up

State = RosterUpload.State
_NO_REPAIR: dict[str, Any] = {"repair_accepted": False}


class StepRefused(Exception):
    """The sentence says what is true now, for the person who asked for the step."""


class MustConfirmClosing(StepRefused):
    """More than 5 % would close: that is to be said with the number of them."""


@transaction.atomic
def receive(*, name: str, raw: bytes, layout: str, by: User) -> RosterUpload:
    """Keep a file whose header was recognised, and have it compared."""
    upload = RosterUpload.objects.create(
        file_name=name[-255:],
        sha256=hashlib.sha256(raw).hexdigest(),
        # The quickest setting: the person waits, and the file is not kept for long.
        content=lzma.compress(raw, preset=0),
        layout=layout,
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )
    _record("roster_uploaded", upload, by, bytes=len(raw))
    wake_up.after_commit()
    return upload


@transaction.atomic
def accept(pk: int, *, by: User, digest: str, closing: int | None = None) -> RosterUpload:
    """Have a worker write the difference that this person has seen: the one with this digest.

    `closing`: how many providers they said may close, asked for only when those are too many.
    Raises StepRefused, MustConfirmClosing.
    """
    upload = _in_hand(pk)
    _refuse_unless_compared(upload)
    if digest != upload.difference_digest:
        raise StepRefused(_("The difference has changed since you opened it. Look at it again."))
    if upload.would_close_too_many and closing != upload.counts["closed"]:
        raise MustConfirmClosing(
            _("This file would close many providers. Say that this is right, with their number.")
        )
    upload.state, upload.problem, upload.attempts = State.IMPORTING, "", 0
    upload.accepted_by, upload.accepted_at = by, timezone.now()
    upload.allow_mass_close = upload.would_close_too_many
    upload.save()
    _record(
        "roster_accepted",
        upload,
        by,
        difference=upload.difference_digest,
        mass_close=upload.allow_mass_close,
        **upload.counts,
    )
    wake_up.after_commit()
    return upload


@transaction.atomic
def drop(pk: int, *, by: User) -> RosterUpload:
    """Not to be imported after all. Raises StepRefused once it was accepted."""
    upload = _in_hand(pk)
    if upload.state != State.COMPARING:
        _refuse_unless_compared(upload)
    upload.state = State.DROPPED
    _end(upload)
    upload.differences.all().delete()
    _record("roster_dropped", upload, by)
    return upload


@transaction.atomic
def compare_again(pk: int, *, by: User) -> RosterUpload:
    """After something else has changed the roster. Raises StepRefused."""
    upload = _in_hand(pk)
    _refuse_unless_compared(upload)
    _have_compared(upload, problem="")
    return upload


@transaction.atomic
def choose_repairs(
    pk: int, *, by: User, shown: Iterable[int], accepted: Iterable[int]
) -> RosterUpload:
    """Of the damaged CCNs in the lines `shown`, take those `accepted` for what they prove to be.

    What is written then differs, so it is compared again. Raises StepRefused.
    """
    accepted = set(accepted)
    return _choose(pk, by, {line: line in accepted for line in shown})


def choose_all_repairs(pk: int, *, by: User, accepted: bool) -> RosterUpload:
    return _choose(pk, by, None, accepted)


@transaction.atomic
def _choose(
    pk: int, by: User, choices: dict[int, bool] | None, for_all: bool = False
) -> RosterUpload:
    upload = _in_hand(pk)
    _refuse_unless_compared(upload)
    lines = repairable(upload)
    if choices is None:
        changed = {for_all: lines.filter(repair_accepted=not for_all)}
    else:
        lines = lines.filter(pk__in=choices)
        wanted = {
            choice: [line for line, each in choices.items() if each is choice]
            for choice in (True, False)
        }
        changed = {
            choice: lines.filter(pk__in=ids, repair_accepted=not choice)
            for choice, ids in wanted.items()
        }
    for choice, these in changed.items():
        repairs = list(these.values_list("row", "repaired_ccn"))
        if repairs:
            these.update(repair_accepted=choice)
            type_ = "roster_repairs_accepted" if choice else "roster_repairs_taken_back"
            _record(type_, upload, by, repairs=repairs)
            _have_compared(upload, problem="")
    return upload


def repairable(upload: RosterUpload) -> Any:
    """Rejected lines whose CCN was damaged in a way that shows what it was, in order."""
    return upload.differences.filter(what=RosterDifference.What.REJECTED).exclude(repaired_ccn="")
