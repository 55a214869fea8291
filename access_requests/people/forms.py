from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from access_requests.models import AccessRequest
from access_requests.people.days import LONGEST, invited_until, require_good
from access_requests.policy import StepRefused
from accounts.widgets import DateInput


class EndDateForm(forms.Form):
    """The last day of a role; empty: it has none. What it was already is always accepted."""

    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        error_messages={"invalid": _("This is no date. Example: 12/31/2026.")},
        help_text=_(
            "For a contract or a stand-in. When this day is over, the role ends by itself; "
            "everybody concerned is reminded before. Leave it empty for a role without an end."
        ),
        widget=DateInput(attrs={"class": "portal-input--short"}),
    )

    def __init__(self, *args: Any, unchanged: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unchanged = unchanged
        today = localdate()
        attributes = {"min": today.isoformat(), "max": (today + LONGEST).isoformat()}
        self.fields["ends_on"].widget.attrs.update(attributes)

    def clean_ends_on(self) -> date | None:
        day: date | None = self.cleaned_data["ends_on"]
        if day != self._unchanged:
            try:
                require_good(day)
            except StepRefused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return day


def approval_form(access_request: AccessRequest) -> EndDateForm | None:
    """Beside the button that approves a working role; filled in as the invitation says."""
    if access_request.is_for_pso_role:
        return None
    return EndDateForm(initial={"ends_on": invited_until(access_request)})
