"""Whoever waits long for a file goes on with something else, and is told when it is done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notices
from accounts.models import User
from providers.models import RosterUpload

LONG: Final = timedelta(seconds=45)


def compared(upload: RosterUpload) -> None:
    """Of the first comparison; who has it compared again is there."""
    if upload.compared_at is None and _is_long_ago(upload.uploaded_at):
        subject = _("Compared: %(file)s") % {"file": upload.file_name}
        body = _(
            "The file you uploaded is compared with the list of providers. Nothing is changed "
            "until somebody looks at the difference and accepts it."
        )
        _tell(upload, [upload.uploaded_by], "roster_compared", subject, body)


def imported(upload: RosterUpload) -> None:
    if _is_long_ago(upload.accepted_at):
        subject = _("Imported: %(file)s") % {"file": upload.file_name}
        body = _("The list of providers is up to date with this file. The report can be read.")
        people = [upload.uploaded_by, upload.accepted_by]
        _tell(upload, people, "roster_imported", subject, body)


def not_imported(upload: RosterUpload, why: str) -> None:
    """However quickly: they had said yes, and may have left the page."""
    subject = _("Not imported: %(file)s") % {"file": upload.file_name}
    _tell(upload, [upload.uploaded_by, upload.accepted_by], "roster_not_imported", subject, why)


def unusable(upload: RosterUpload) -> None:
    if _is_long_ago(upload.uploaded_at):
        subject = _("Not usable: %(file)s") % {"file": upload.file_name}
        _tell(upload, [upload.uploaded_by], "roster_unusable", subject, upload.problem)


def _is_long_ago(at: datetime | None) -> bool:
    return at is not None and timezone.now() - at >= LONG


def _tell(
    upload: RosterUpload, people: list[User | None], kind: str, subject: str, body: str
) -> None:
    notices.tell_many(
        recipients=dict.fromkeys(person for person in people if person),
        kind=kind,
        subject=subject,
        body=body,
        path=upload.get_absolute_url(),
    )
