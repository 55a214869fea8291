"""The rows of the list as HTML. Each sort of cell is a template that is rendered once and then
filled in: with everything that may stand in a row, 25 of them would cost more than the page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from access_requests.models import Affiliation, AssignmentStatus, RoleAssignment
from access_requests.people.finding import Page
from access_requests.people.rows import Row
from access_requests.pso_queue.layout import fill, fill_all

_NOTHING = SafeString("")


def how_many(page: Page, *, is_first: bool) -> str:
    """They are not counted beyond the page."""
    if not is_first:
        return _("Further roles")
    number = len(page.roles)
    if page.after:
        return _("%(n)d+ roles") % {"n": number}
    return ngettext("%(n)d role", "%(n)d roles", number) % {"n": number}


def of_people(rows: Iterable[Row], *, back: str, names_ccns: bool) -> SafeString:
    """`names_ccns`: on each row, where no heading above does."""
    values = [
        {
            **_of_role(row, back),
            "person_pk": row.role.user_id,
            "where": fill("people/_where.html", _where(row.role)) if names_ccns else _NOTHING,
            "bounced": _plain("components/bounced.html", row.email_comes_back),
            "seen": _seen(row),
        }
        for row in rows
    ]
    return fill_all("people/_row_of_person.html", values)


def of_roles(rows: Iterable[Row], *, back: str) -> SafeString:
    """All of one person, who is not named on each row."""
    return fill_all("people/_row_of_role.html", [_of_role(row, back) for row in rows])


def _of_role(row: Row, back: str) -> dict[str, object]:
    role, said = row.role, row.role.access_request
    granted = localdate(role.granted_at)
    values: dict[str, object] = {
        "pk": role.pk,
        "person": role.user,
        "user_id": role.user.username,
        "work": f"{said.job_title}, {said.employer}",
        "role": role.role,
        "ccn": role.provider.ccn,
        "since": _in_words(granted),
        "since_iso": granted.isoformat(),
        "suspended": _plain("people/_suspended.html", role.status == AssignmentStatus.SUSPENDED),
    }
    values["tick"] = fill("people/_you.html" if row.is_mine else "people/_tick.html", values)
    values["last_day"] = _last_day(row, values, back)
    values["steps"] = _steps(row, values, back)
    return values


def _where(role: RoleAssignment) -> dict[str, object]:
    return {
        "url": role.provider.get_absolute_url(),
        "name": role.provider.display_name,
        "ccn": role.provider.ccn,
        "vendor": _plain("people/_vendor.html", role.affiliation == Affiliation.VENDOR),
    }


def _seen(row: Row) -> SafeString:
    at: datetime | None = row.role.user.last_login
    if at is None:
        return fill("people/_never.html", {})
    day = localdate(at)
    seen = {
        "day": _in_words(day),
        "iso": day.isoformat(),
        "idle": _plain("people/_idle.html", row.is_idle),
    }
    return fill("people/_seen.html", seen)


def _last_day(row: Row, values: dict[str, object], back: str) -> SafeString:
    if row.ends_on is None:
        return fill("people/_no_last_day.html", {})
    bar, extend = _NOTHING, _NOTHING
    if row.drawn is not None:
        soon = " portal-people-left--soon" if row.is_soon else ""
        bar = fill("people/_bar.html", {"width": row.drawn, "soon": soon})
    if row.extend_to is not None:
        until = {"until": _in_words(row.extend_to), "back": quote(back, safe="")}
        extend = fill("people/_extend.html", values | until)
    said = {
        "day": _in_words(row.ends_on),
        "iso": row.ends_on.isoformat(),
        "left": row.ends_in_words,
        "bar": bar,
        "extend": extend,
    }
    return fill("people/_last_day.html", said)


def _steps(row: Row, values: dict[str, object], back: str) -> SafeString:
    if row.is_mine:
        return fill("people/_steps_of_mine.html", values)
    if row.role.role.is_pso:
        return fill("people/_steps_of_pso.html", values)
    has_day = row.ends_on is not None
    template = "people/_steps_with_day.html" if has_day else "people/_steps_without_day.html"
    return fill(template, values | {"back": quote(back, safe="")})


def _plain(template: str, is_shown: bool) -> SafeString:
    return fill(template, {}) if is_shown else _NOTHING


def _in_words(day: date) -> str:
    return _said(day, get_language())


@lru_cache(maxsize=2048)
def _said(day: date, _language: str | None) -> str:
    return date_format(day, "M j, Y")
