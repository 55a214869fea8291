from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from access_requests.audit_search import words
from access_requests.audit_search.criteria import NO_LOOKS, WITH_LOOKS, Criteria
from access_requests.contacts.lookup import find
from accounts.fields import OneLineField
from accounts.widgets import DateInput
from providers import ccn as ccns

_NO_DATE = {"invalid": _("This is no date. Example: 12/31/2026.")}
_LARGEST = 2**63 - 1


class SearchForm(forms.Form):
    """All that is filled in must hold. Nothing filled in: the newest lines."""

    who = OneLineField(
        label=_("Person"),
        max_length=100,
        required=False,
        help_text=_("User ID, name or email."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    part = forms.ChoiceField(
        label=_("The person’s part"),
        required=False,
        choices=[
            ("", _("Did it, or it is about them")),
            ("actor", _("Did it")),
            ("subject", _("It is about them")),
        ],
    )
    ccn = forms.CharField(
        label=_("CCN"),
        max_length=60,
        required=False,
        help_text=_("In any spelling."),
    )
    request = forms.IntegerField(
        label=_("Request number"),
        required=False,
        min_value=1,
        max_value=_LARGEST,
        error_messages={"invalid": _("A request number has digits only.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    action = forms.ChoiceField(
        label=_("What was done"),
        required=False,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )
    by = forms.ChoiceField(
        label=_("Done by"),
        required=False,
        choices=[("", _("Anybody")), ("people", _("People")), ("system", _("The system"))],
    )
    since = forms.DateField(
        label=_("From"),
        required=False,
        error_messages=_NO_DATE,
        help_text=_("The day, Eastern Time."),
        widget=DateInput(),
    )
    until = forms.DateField(
        label=_("To"),
        required=False,
        error_messages=_NO_DATE,
        help_text=_("This day included."),
        widget=DateInput(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ccns: tuple[str, ...] = ()
        self.fields["action"].choices = [  # type: ignore[attr-defined]
            ("", _("Anything")),
            (NO_LOOKS, _("Everything but looks")),
            (WITH_LOOKS, _("Everything, looks included")),
            *words.choices(),
        ]

    def clean_ccn(self) -> str:
        """What is not on the roster any more can still be in the trail."""
        typed: str = self.cleaned_data["ccn"]
        if not typed:
            return typed
        found = find(typed)
        if not isinstance(found, str):
            self._ccns = tuple(filter(None, {found.ccn, found.provisional_id}))
            return found.ccn
        reading = ccns.read(typed)
        if isinstance(reading, ccns.Unreadable):
            raise ValidationError(found)
        self._ccns = (reading.ccn,)
        return reading.ccn

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _now("The last day is before the first. Change one of them."))
        for name in ("since", "until"):
            if said.get(name) and not 1900 <= said[name].year <= 2200:
                self.add_error(name, _now("Use a year from 1900 to 2200."))
        return said

    def criteria(self) -> Criteria:
        said = self.cleaned_data
        return Criteria(
            who=said["who"],
            part=said["part"],
            ccns=tuple(sorted(self._ccns)),
            request=said["request"],
            action=said["action"] or (NO_LOOKS if said["who"] or self._ccns else ""),
            since=said["since"].isoformat() if said["since"] else "",
            until=said["until"].isoformat() if said["until"] else "",
            by=said["by"],
        )


def initial_of(criteria: Criteria) -> dict[str, Any]:
    """The form as it was filled in."""
    return {
        "who": criteria.who,
        "part": criteria.part,
        "ccn": criteria.ccns[0] if criteria.ccns else "",
        "request": criteria.request,
        "action": criteria.action,
        "by": criteria.by,
        "since": criteria.since,
        "until": criteria.until,
    }
