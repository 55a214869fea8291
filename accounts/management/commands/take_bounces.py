"""Take returned email. A mail server pipes it in: `|manage.py take_bounces -`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils.translation import gettext as _

from accounts import bounce_folder
from accounts.bounces import Taken

# A mail server keeps the email and tries again (EX_TEMPFAIL of sysexits.h).
TRY_AGAIN_LATER = 75


class Command(BaseCommand):
    help = _(
        "Takes returned email (delivery status notifications): from files, from a pipe (-), or "
        "without a name from the Maildir named by BOUNCE_MAILDIR."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", help=_("A file, or - for a pipe"))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counted = self._take(options["files"])
        except OSError as error:
            raise CommandError(_("Cannot read: %s") % error) from error
        except OperationalError as error:
            text = _("The database does not answer. Try again later.")
            raise CommandError(text, returncode=TRY_AGAIN_LATER) from error
        self.stdout.write(
            _("%(bounced)d bounced, %(known)d known already, %(other)d not about our email")
            % {
                "bounced": counted[Taken.BOUNCED],
                "known": counted[Taken.KNOWN],
                "other": counted[Taken.NOT_OURS],
            }
        )

    def _take(self, files: list[str]) -> Counter[Taken]:
        if files:
            return Counter(bounce_folder.take(_content_of(name)) for name in files)
        if not settings.BOUNCE_MAILDIR:
            raise CommandError(_("Name a file, or set BOUNCE_MAILDIR."))
        return bounce_folder.sweep(Path(settings.BOUNCE_MAILDIR))


def _content_of(name: str) -> bytes:
    if name == "-":
        # To its end, or the mail server would be told that its pipe has broken.
        return sys.stdin.buffer.read()
    return Path(name).read_bytes()
