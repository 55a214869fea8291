"""A history as a file for a spreadsheet: a row for each line of the trail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from access_requests.history.reading import Reading
from access_requests.history.steps import Step
from accounts.csv_export import AsText, Cell
from providers.models import Provider


def header() -> list[str]:
    return [
        _("CCN"),
        _("Provider"),
        _("Date"),
        _("Time"),
        _("Time zone"),
        _("What happened"),
        _("Details"),
        _("Who did it"),
        _("About"),
        _("About: User ID"),
        _("Role"),
        _("Request"),
        _("Emails sent"),
        _("Emails waiting"),
        _("Emails not delivered"),
        _("Line of the audit trail"),
    ]


def rows(reading: Reading, steps: Iterable[Step]) -> Iterator[list[Cell]]:
    return (_row(reading.provider, each) for each in steps)


def _row(provider: Provider, step: Step) -> list[Cell]:
    said, person = step.entry, step.person
    at = localtime(said.at) if said.at else None
    return [
        AsText(provider.ccn),
        provider.display_name,
        f"{at:%Y-%m-%d}" if at else "",
        f"{at:%H:%M:%S}" if at else "",
        f"{at:%Z}" if at else "",
        said.heading,
        said.body,
        said.by,
        str(person or ""),
        AsText(person.username) if person else "",
        step.role,
        step.request.pk if step.request else None,
        step.emails.sent,
        step.emails.waiting,
        step.emails.lost,
        step.line,
    ]
