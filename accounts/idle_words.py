"""Why somebody was signed out, as they read it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Session


def why_it_ended(session: Session) -> str:
    if session.expire_date >= session.created_at + settings.SESSION_LONGEST:
        return _("You were signed out because you had been signed in for %(time)s.") % {
            "time": in_words(settings.SESSION_LONGEST)
        }
    return _("You were signed out because nothing happened for %(time)s.") % {
        "time": in_words(settings.SESSION_IDLE)
    }


def in_words(time: timedelta) -> str:
    seconds = round(time.total_seconds())
    if seconds >= 7200:
        hours = round(seconds / 3600)
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    if seconds >= 60:
        minutes = round(seconds / 60)
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
