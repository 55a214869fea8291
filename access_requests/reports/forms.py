from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from access_requests.models import ClaimLetter, EmploymentReport
from accounts.fields import OneLineField


def _text_field(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
        help_text=help_text,
        error_messages={
            "required": _("Say in a sentence what you know."),
            "max_length": _("Write at most 2,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ClaimForm(forms.Form):
    """What a contact says who has no account. Of several claims they mark those they mean, even
    when only one is left: a form sent twice must not report another than it did."""

    claims = forms.TypedMultipleChoiceField(
        label=_("Who does not work there"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Mark at least one."),
            "invalid_choice": _("Choose from the list."),
        },
    )
    text = _text_field(
        _("What you know"),
        _("For example: “Nobody of this name works here”, or “She left us in May”."),
    )
    said_by = OneLineField(
        label=_("Who you are"),
        max_length=300,
        help_text=_(
            "Your name, your position, and how CMS can reach you. Only CMS reads it; the person "
            "is not told who wrote."
        ),
        error_messages={
            "required": _("Say who you are. CMS may have to call you."),
            "max_length": _("Write at most 300 characters."),
        },
    )

    def __init__(
        self, *args: Any, letters: Sequence[ClaimLetter], is_only_one: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.letters = letters
        if is_only_one:
            del self.fields["claims"]
        else:
            choices = [(each.pk, _choice(each)) for each in letters]
            self.fields["claims"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> list[ClaimLetter]:
        wanted = self.cleaned_data.get("claims")
        return [each for each in self.letters if wanted is None or each.pk in wanted]


def _choice(letter: ClaimLetter) -> str:
    claim = letter.access_request
    return _now("%(person)s, at %(name)s (CCN %(ccn)s)") % {
        "person": claim.requester,
        "name": claim.provider.display_name,
        "ccn": claim.provider.ccn,
    }


class ReportForm(forms.Form):
    text = _text_field(
        _("What you know"),
        _("For example when the person left, or that nobody here knows them."),
    )


class SettleForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What you found"),
        choices=EmploymentReport.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you found.")},
    )
    note = forms.CharField(
        label=_("How you found out"),
        max_length=2000,
        help_text=_("Whom you called or wrote to, and what they said. Only CMS reads it."),
        error_messages={
            "required": _("Write down how you found out."),
            "max_length": _("Write at most 2,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": 4}),
    )
