from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import EmailPreference
from accounts.widgets import RadioTiles

Approvals = EmailPreference.Approvals


class PreferencesForm(forms.Form):
    approvals = forms.ChoiceField(
        label=_("Requests that wait for your decision"),
        choices=Approvals,
        error_messages={"required": _("Choose how you want them.")},
        widget=RadioTiles(
            descriptions={
                Approvals.EACH: _("As soon as it comes. Best if you decide a few a week."),
                Approvals.DAILY: _(
                    "At 7 AM on business days, Eastern Time: one list of all that waits for you, "
                    "and none when nothing does. Best if you decide many."
                ),
            }
        ),
    )
