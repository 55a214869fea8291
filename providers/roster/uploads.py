"""The only place that changes the state of an upload.

    comparing → compared → importing → imported
        ↓  ↖_______↙  ↖________↙
    unusable     ↘ dropped

A person's step locks the row, or is refused where somebody else has it in hand: a worker holds it
locked for as long as it compares or writes, and lets go of it by dying.
"""

from __future__ import annotations

import hashlib
import lzma
from collections.abc import Mapping
from typing import Final

from celery import current_app
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from providers.models import RosterDifference, RosterUpload
from providers.roster import difference_rows, upload_notices
from providers.roster.importing import Outcome

State = RosterUpload.State
# In one line of the audit trail; the number of all of them stands beside them.
_REPAIRS_TOLD: Final = 500


class StepRefused(Exception):
    """The sentence says what is true now, for the person who asked for the step."""


class MustConfirm(StepRefused):
    """More than 5 % would close, or a newer file was imported: that is to be said expressly."""


@transaction.atomic
def receive(*, name: str, raw: bytes, layout: str, by: User) -> RosterUpload:
    """Keep a file whose header was recognised, and have it compared."""
    upload = RosterUpload.objects.create(
        file_name=name[-255:],
        sha256=hashlib.sha256(raw).hexdigest(),
        # The quickest setting: a person waits, and the file is not kept for long.
        content=lzma.compress(raw, preset=0),
        layout=layout,
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )
    _record("roster_uploaded", upload, by, sha256=upload.sha256, bytes=len(raw))
    _wake_worker()
    return upload


@transaction.atomic
def accept(
    pk: int, *, by: User, digest: str, closing: int | None = None, older: bool = False
) -> RosterUpload:
    """Have a worker write the difference that this person has seen: the one with this digest.

    `closing`: how many providers they said may close; asked for only when those are too many.
    `older`: they mean to go back to an older file. Raises StepRefused, MustConfirm.
    """
    upload = _compared_in_hand(pk)
    if digest != upload.difference_digest:
        raise StepRefused(_("The difference has changed since you opened it. Look at it again."))
    if upload.would_close_too_many and closing != upload.counts["closed"]:
        raise MustConfirm(
            _("This file would close many providers. Say that this is right, with their number.")
        )
    if upload.counts["is_older"] and not older:
        raise MustConfirm(_("A newer file was imported already. Say that you mean to go back."))
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
        counts=upload.counts,
    )
    _wake_worker()
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
def compare_again(pk: int) -> RosterUpload:
    """After something else has changed the roster. Raises StepRefused."""
    upload = _compared_in_hand(pk)
    _have_compared(upload)
    return upload


@transaction.atomic
def choose_repairs(pk: int, *, by: User, choices: Mapping[int, bool]) -> RosterUpload:
    """Take the damaged CCN of a line for what it proves to be, or do so no longer: {line: which}.

    What is written then differs, so it is compared again. Raises StepRefused.
    """
    upload = _compared_in_hand(pk)
    for choice in (True, False):
        lines = [line for line, chosen in choices.items() if chosen is choice]
        _choose(upload, difference_rows.repairable(upload).filter(pk__in=lines), choice, by)
    return upload


@transaction.atomic
def choose_all_repairs(pk: int, *, by: User, choice: bool) -> RosterUpload:
    upload = _compared_in_hand(pk)
    _choose(upload, difference_rows.repairable(upload), choice, by)
    return upload


def _choose(
    upload: RosterUpload, lines: QuerySet[RosterDifference], choice: bool, by: User
) -> None:
    lines = lines.filter(repair_accepted=not choice)
    repairs = [list(pair) for pair in lines.values_list("row", "repaired_ccn")]
    if repairs:
        lines.update(repair_accepted=choice)
        type_ = "roster_repairs_accepted" if choice else "roster_repairs_taken_back"
        _record(type_, upload, by, number=len(repairs), repairs=repairs[:_REPAIRS_TOLD])
        _have_compared(upload)


# By the worker that holds the upload locked, in its transaction.


def compared(upload: RosterUpload, outcome: Outcome, *, is_older: bool) -> None:
    difference_rows.replace(upload, outcome.differences)
    upload.counts = difference_rows.counts(upload, outcome) | {"is_older": is_older}
    upload.state, upload.layout, upload.attempts = State.COMPARED, outcome.layout, 0
    upload.difference_digest = outcome.digest
    upload.would_close_too_many = outcome.would_close_too_many
    upload_notices.compared(upload)
    upload.compared_at = timezone.now()
    upload.save()


def imported(upload: RosterUpload, import_id: int | None) -> None:
    """In the transaction that wrote the roster."""
    upload.state, upload.roster_import_id = State.IMPORTED, import_id
    _end(upload)
    upload_notices.imported(upload)


def not_as_accepted(upload: RosterUpload) -> None:
    """The roster has changed since: nothing is written, and people see the new difference."""
    problem = _(
        "Nothing was imported: the list of providers had changed after this file was compared. "
        "Look at the difference as it is now, and accept it if it is right."
    )
    upload_notices.not_imported(upload, problem)
    _take_acceptance_back(upload)
    _have_compared(upload, problem)


def repairs_do_not_hold(upload: RosterUpload) -> None:
    """What a damaged CCN was taken for is not what it proves to be any more."""
    difference_rows.repairable(upload).update(repair_accepted=False)
    problem = _("Repaired CCNs are taken back, because the list of providers has changed.")
    _have_compared(upload, problem)


def unusable(upload: RosterUpload, problem: str) -> None:
    upload.state, upload.problem = State.UNUSABLE, problem
    _end(upload)
    upload.differences.all().delete()
    _record("roster_unusable", upload, None, problem=problem)
    upload_notices.unusable(upload)


def give_up(upload: RosterUpload) -> None:
    """Its worker died each time. What was accepted waits for a yes again; nothing was written."""
    if upload.state == State.COMPARING:
        problem = _("Comparing it was broken off several times. Upload it again, or ask for help.")
        unusable(upload, problem)
        return
    problem = _(
        "Nothing was imported: writing it was broken off several times. Accept it again, or ask "
        "for help if that does not work either."
    )
    upload_notices.not_imported(upload, problem)
    _take_acceptance_back(upload)
    upload.state, upload.problem, upload.attempts = State.COMPARED, problem, 0
    upload.save()


def _compared_in_hand(pk: int) -> RosterUpload:
    upload = _in_hand(pk)
    _refuse_unless_compared(upload)
    return upload


def _in_hand(pk: int) -> RosterUpload:
    """The row, locked. Raises StepRefused where a worker or a colleague has it.

    The content stays where it is: save() writes what was read, or was set.
    """
    upload = (
        RosterUpload.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("accepted_by")
        .defer("content")
        .filter(pk=pk)
        .first()
    )
    if upload is None:
        raise StepRefused(_("This file is being worked on right now. Look again in a moment."))
    return upload


def _refuse_unless_compared(upload: RosterUpload) -> None:
    sentences = {
        State.COMPARING: _("This file is being compared. Look again in a moment."),
        State.IMPORTING: _("%(person)s has accepted this file already."),
        State.IMPORTED: _("%(person)s has accepted this file already."),
        State.UNUSABLE: _("This file cannot be used."),
        State.DROPPED: _("This file was dropped. Upload it again if it is needed after all."),
    }
    if upload.state != State.COMPARED:
        raise StepRefused(sentences[State(upload.state)] % {"person": upload.accepted_by})


def _have_compared(upload: RosterUpload, problem: str = "") -> None:
    upload.state, upload.problem, upload.attempts = State.COMPARING, problem, 0
    upload.save()
    _wake_worker()


def _take_acceptance_back(upload: RosterUpload) -> None:
    upload.accepted_by = upload.accepted_at = None
    upload.allow_mass_close = False


def _end(upload: RosterUpload) -> None:
    upload.content, upload.ended_at = b"", timezone.now()
    upload.save()


def _record(type_: str, upload: RosterUpload, by: User | None, **details: object) -> None:
    audit.record(
        type_,
        actor=by,
        file_name=upload.file_name,
        details={"upload": upload.pk, "layout": upload.layout, **details},
    )


def _wake_worker() -> None:
    # robust: a broker that is down delays the file until the next sweep, and breaks nothing.
    transaction.on_commit(_send_for_a_worker, robust=True)


def _send_for_a_worker() -> None:
    # By its name: the task is built on this module.
    current_app.send_task("providers.tasks.work_on_rosters", expires=120)
