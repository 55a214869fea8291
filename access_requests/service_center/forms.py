from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from access_requests.models import AccessRequest
from accounts.fields import OneLineField

_TICKET = RegexValidator(r"^[A-Za-z0-9-]+\Z", _("Use letters, digits and hyphens only."))


class SearchForm(forms.Form):
    q = OneLineField(
        label=_("User ID, name, email, request number or CCN"),
        max_length=100,
        error_messages={
            "required": _("Type what the caller tells you."),
            "max_length": _("Type at most 100 characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class TicketField(OneLineField):
    """Read out and copied in groups: spaces are not part of it."""

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return text.replace(" ", "") if text else text


def _ticket_field() -> TicketField:
    return TicketField(
        label=_("Ticket number"),
        help_text=_("Letters, digits and hyphens, for example INC0012345."),
        max_length=40,
        validators=[_TICKET],
        error_messages={
            "required": _("Enter the ticket number of the call."),
            "max_length": _("A ticket number has at most 40 characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "portal-input--short"}),
    )


class TicketForm(forms.Form):
    ticket = _ticket_field()


class NoteForm(forms.Form):
    """A case note; `request` is one of the requests that stand on the page."""

    ticket = _ticket_field()
    text = forms.CharField(
        label=_("Note"),
        max_length=2000,
        help_text=_("What was asked and what you answered. It cannot be changed later."),
        error_messages={
            "required": _("Write the note."),
            "max_length": _("Write at most 2,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    request = forms.TypedChoiceField(
        label=_("About request"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("Choose a request from the list.")},
    )

    def __init__(self, *args: Any, requests: Iterable[AccessRequest] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(requests)

    def offer(self, requests: Iterable[AccessRequest]) -> None:
        self.fields["request"].choices = [  # type: ignore[attr-defined]
            ("", _("None in particular")),
            *((each.pk, _option(each)) for each in requests),
        ]


def _option(request: AccessRequest) -> str:
    return f"{request.pk}: {request.role}, CCN {request.provider.ccn}"
