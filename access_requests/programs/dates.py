"""Dates of programs: typed and read in Eastern Time, whatever the clocks do that night."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from providers.models import Program
from providers.reference import EASTERN

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def eastern(day: date, at: time) -> datetime:
    """Raises ValidationError for an hour that the clocks skip or repeat, and for odd years."""
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValidationError(_("Use a year from 2000 to 2100."))
    naive = datetime.combine(day, at)
    first, second = (naive.replace(tzinfo=EASTERN, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    shown = {"time": formats.time_format(at, "g:i A"), "date": formats.date_format(day, "F j, Y")}
    if first.astimezone(UTC).astimezone(EASTERN).replace(tzinfo=None) != naive:
        said = _("%(time)s does not exist on %(date)s: clocks go forward then. Choose 3:00 AM.")
    else:
        said = _("%(time)s comes twice on %(date)s: clocks go back then. Choose another time.")
    raise ValidationError(said % shown)


def written(at: datetime) -> str:
    """ "November 15, 2022"; with the time where it is not midnight."""
    local = timezone.localtime(at, EASTERN)
    day = formats.date_format(local, "F j, Y")
    if (local.hour, local.minute) == (0, 0):
        return day
    return _("%(day)s, %(time)s") % {"day": day, "time": formats.date_format(local, "g:i A")}


def away(at: datetime, now: datetime) -> str:
    """ "in 32 days", by the calendar of Eastern Time."""
    here = timezone.localtime(now, EASTERN).date()
    days = (timezone.localtime(at, EASTERN).date() - here).days
    if days == 0:
        return _("today")
    return ngettext("in %(n)s day", "in %(n)s days", days) % {"n": f"{days:,}"}


def sentence(program: Program, now: datetime) -> str:
    """Where a program stands: "PSO requests since …, everyone since …; goes live in 32 days"."""
    if not program.onboarded:
        return _("Not onboarded: nobody needs an account for it.")
    if program.pso_opens_at is None:
        first = _("Not open: CMS has set no date for requests.")
        live = _live(program, now)
        return f"{first} {live[0].upper()}{live[1:]}." if live else first
    parts = asking(program.pso_opens_at, program.general_opens_at, now)
    live = _live(program, now)
    return f"{parts}; {live}." if live else f"{parts}."


def asking(pso_at: datetime | None, general_at: datetime | None, now: datetime) -> str:
    """Who can ask, from when."""
    if pso_at is None:
        return _("Not open")
    parts = [_when(pso_at, now, _("PSO requests since %(date)s"), _("PSO requests from %(date)s"))]
    if general_at is None:
        parts.append(_("no date for other roles"))
    else:
        since, until = _("everyone since %(date)s"), _("everyone from %(date)s")
        parts.append(_when(general_at, now, since, until))
    return ", ".join(parts)


def _live(program: Program, now: datetime) -> str:
    if program.goes_live_at is None:
        return ""
    since, until = _("live since %(date)s"), _("goes live on %(date)s")
    return _when(program.goes_live_at, now, since, until)


def _when(at: datetime, now: datetime, since: str, until: str) -> str:
    if at <= now:
        return since % {"date": written(at)}
    return f"{until % {'date': written(at)}} ({away(at, now)})"
