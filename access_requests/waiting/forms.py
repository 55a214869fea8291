from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access_requests.waiting import absences
from accounts.widgets import DateInput

_NO_DATE = _("This is no date. Example: 12/31/2026.")
_FURTHEST = timedelta(days=365)


class AbsenceForm(forms.Form):
    first_day = forms.DateField(
        label=_("First day away"),
        widget=DateInput(),
        error_messages={"required": _("Enter the first day."), "invalid": _NO_DATE},
    )
    last_day = forms.DateField(
        label=_("Last day away"),
        help_text=_("On the day after it you decide again."),
        widget=DateInput(),
        error_messages={"required": _("Enter the last day."), "invalid": _NO_DATE},
    )

    def clean_first_day(self) -> date:
        day: date = self.cleaned_data["first_day"]
        today = timezone.localdate()
        if day < today:
            raise forms.ValidationError(_("This day is over. Enter today or a later day."))
        if day > today + _FURTHEST:
            raise forms.ValidationError(_("Enter a day within the next year."))
        return day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        first, last = said.get("first_day"), said.get("last_day")
        if first is None or last is None:
            return said
        if last < first:
            self.add_error("last_day", _("The last day comes before the first. Check both."))
        elif (last - first).days >= absences.MOST_DAYS:
            self.add_error(
                "last_day",
                _(
                    "An absence has at most %(n)d days. If you leave for longer, give the role "
                    "up, so that another PSO can take it."
                )
                % {"n": absences.MOST_DAYS},
            )
        return said
