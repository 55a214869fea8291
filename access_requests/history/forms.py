from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access_requests.history.steps import Period
from accounts.widgets import DateInput

_NO_DATE = {"invalid": _("This is no date. Example: 12/31/2026.")}


class PeriodForm(forms.Form):
    """The days of Eastern Time that a history is about; nothing filled in: all of them."""

    since = forms.DateField(
        label=_("From"), required=False, error_messages=_NO_DATE, widget=DateInput()
    )
    until = forms.DateField(
        label=_("To"), required=False, error_messages=_NO_DATE, widget=DateInput()
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first. Change one of them."))
        for name in ("since", "until"):
            if said.get(name) and not 1900 <= said[name].year <= 2200:
                self.add_error(name, _("Use a year from 1900 to 2200."))
        return said

    def period(self) -> Period:
        """Of a form that holds."""
        return Period(self.cleaned_data["since"], self.cleaned_data["until"])

    def query(self) -> dict[str, str]:
        """The same in an address."""
        days = {name: self.cleaned_data[name] for name in ("since", "until")}
        return {name: day.isoformat() for name, day in days.items() if day}
