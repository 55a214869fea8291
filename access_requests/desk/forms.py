"""What a reviewer writes down about a case."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from access_requests.desk.checks import Check
from access_requests.desk.judging import Finding
from access_requests.models import CheckConfirmation, ContactAttempt
from accounts.fields import OneLineField
from providers.models import Provider

_DIGITS = re.compile(r"\D")


class CheckForm(forms.Form):
    """The answer to one check: the button pressed says which, the prefix names the check."""

    answer = forms.ChoiceField(
        label=_("Answer"), choices=CheckConfirmation.Answer.choices, widget=forms.HiddenInput
    )
    note = OneLineField(label=_("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, check: Check, finding: Finding, **kwargs: Any) -> None:
        kwargs["prefix"] = check.code
        super().__init__(*args, **kwargs)
        self.check, self.finding = check, finding
        self.fields["answer"].error_messages["required"] = _now(
            "Choose what came of “%(check)s”: press one of the two buttons."
        ) % {"check": check.title}
        self.fields["note"].label = format_html(
            '{}<span class="usa-sr-only">: {}</span>', _now("Note"), check.title
        )

    @property
    def passing_needs_reason(self) -> bool:
        holds = self.finding.holds
        return holds is False or (holds is None and self.check.needs_reason)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        answer = said.get("answer")
        needs_reason = answer == CheckConfirmation.Answer.FAILS or (
            answer == CheckConfirmation.Answer.HOLDS and self.passing_needs_reason
        )
        if needs_reason and not said.get("note"):
            sentence = _now("Write down why, in a sentence, for “%(check)s”. It is kept.")
            self.add_error("note", sentence % {"check": self.check.title})
        return said


class AttemptForm(forms.Form):
    """An attempt to reach the administrator by a second path. The button pressed is the outcome."""

    prefix = "attempt"
    how = forms.ChoiceField(
        label=_("How"),
        choices=ContactAttempt.How.choices,
        initial=ContactAttempt.How.CALL,
        widget=forms.RadioSelect,
    )
    number = OneLineField(
        label=_("Number called"),
        max_length=40,
        required=False,
        help_text=_("CMS’s list has no phone: take one from a public source and name it below."),
    )
    address = forms.ChoiceField(label=_("Address that replied"), required=False)
    who = OneLineField(
        label=_("Who answered"),
        max_length=150,
        required=False,
        help_text=_("Name and position. Leave it empty when nobody was reached."),
    )
    note = forms.CharField(
        label=_("What was said"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=ContactAttempt.Outcome.choices,
        widget=forms.HiddenInput,
        error_messages={"required": _("Choose what came of it: press one of the three buttons.")},
    )

    def __init__(
        self, *args: Any, provider: Provider, known_addresses: list[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.phone = provider.phone
        if provider.phone:
            del self.fields["number"]
        if known_addresses:
            cast(forms.ChoiceField, self.fields["address"]).choices = [
                ("", _now("Choose an address")),
                *((each, each) for each in known_addresses),
            ]
        else:
            del self.fields["address"]
            self.fields["how"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("how") == ContactAttempt.How.REPLY:
            said["reached_at"] = said.get("address", "")
            if not said["reached_at"]:
                self._refuse("address", _now("Choose the known address that replied."))
        else:
            said["reached_at"] = self.phone or said.get("number", "")
            if len(_DIGITS.sub("", said["reached_at"])) < 10:
                self._refuse("number", _now("Enter the number that was called, ten digits."))
        reached = said.get("outcome") not in {None, ContactAttempt.Outcome.NOT_REACHED}
        if reached and not said.get("who"):
            self.add_error("who", _now("Write down who answered."))
        return said

    def _refuse(self, field: str, sentence: str) -> None:
        self.add_error(field if field in self.fields else None, sentence)
