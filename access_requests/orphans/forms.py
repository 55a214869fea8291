from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access_requests.models import ReachAttempt
from access_requests.orphans.finding import Filters
from accounts.fields import OneLineField
from providers.ccn_facts import STATE_NAMES
from providers.models import Chain

_LARGEST_ID = 2**63 - 1
_NO_SUCH_CHAIN = _("There is no such chain. Choose one from the list.")
WHAT = {
    "": _("Everything"),
    "lost": _("No PSO, or none who can act"),
    "unattended": _("Queues nobody attends"),
}


class FilterForm(forms.Form):
    """As it stands in the address of the list. A chain is chosen by its name in a row."""

    what = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=list(WHAT.items()),
        error_messages={"invalid_choice": _("Choose from the list what to show.")},
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Any state")), *sorted(STATE_NAMES.items(), key=lambda each: each[1])],
        error_messages={"invalid_choice": _("Choose a state from the list.")},
    )
    chain = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=_LARGEST_ID,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _NO_SUCH_CHAIN),
    )

    chain_meant: Chain | None = None

    def clean_chain(self) -> int | None:
        number: int | None = self.cleaned_data["chain"]
        if number is None:
            return None
        self.chain_meant = Chain.objects.filter(pk=number).first()
        if self.chain_meant is None:
            raise forms.ValidationError(_NO_SUCH_CHAIN)
        return number

    def filters(self) -> Filters:
        return Filters(**self.cleaned_data)


class AttemptForm(forms.Form):
    how = forms.ChoiceField(
        label=_("How"),
        choices=[
            (ReachAttempt.How.CALL, _("Call")),
            (ReachAttempt.How.EMAIL, _("Email")),
            (ReachAttempt.How.LETTER, _("Letter")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you tried.")},
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            (ReachAttempt.Outcome.NOT_REACHED, _("Not reached, or not yet")),
            (ReachAttempt.Outcome.REACHED, _("Reached")),
        ],
        required=False,
        help_text=_("Of the call or the letter."),
        widget=forms.RadioSelect,
    )
    note = OneLineField(
        label=_("Note"),
        max_length=500,
        help_text=_("Which number or address, and who said what. It cannot be changed later."),
        error_messages={
            "required": _("Write which number or address you tried, and what came of it."),
            "max_length": _("Write at most 500 characters."),
        },
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, gets_email: bool, **kwargs: Any) -> None:
        """`gets_email`: whether the portal writes to this person at all."""
        super().__init__(*args, **kwargs)
        how: Any = self.fields["how"]
        by_hand = [each for each in how.choices if each[0] != ReachAttempt.How.EMAIL]
        if gets_email:
            # An email is sent by a button of its own.
            how.widget.choices = by_hand
        else:
            how.choices = by_hand

    def clean(self) -> dict[str, Any]:
        """What comes of an email cannot be known when it leaves."""
        said = super().clean() or self.cleaned_data
        if said.get("how") == ReachAttempt.How.EMAIL:
            said["outcome"] = ReachAttempt.Outcome.NOT_REACHED
        elif "outcome" in said and not said["outcome"]:
            self.add_error("outcome", _("Choose what came of it."))
        return said
