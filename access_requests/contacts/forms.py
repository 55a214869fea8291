from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from access_requests.contacts.lists import FIELDS
from access_requests.contacts.lookup import find
from accounts.fields import OneLineField
from accounts.phone import PhoneField
from providers.ccn_facts import STATE_NAMES
from providers.models import Provider


def _name() -> OneLineField:
    return OneLineField(label=_("Name"), max_length=150, required=False)


def _position() -> OneLineField:
    return OneLineField(
        label=_("Position"),
        max_length=120,
        required=False,
        help_text=_("Such as administrator or director of nursing."),
    )


def _email() -> forms.EmailField:
    return forms.EmailField(
        label=_("Email"),
        max_length=254,
        required=False,
        error_messages={
            "invalid": _("Enter a complete address, such as name@example.com."),
            "max_length": _("An address has at most 254 characters."),
        },
    )


def _phone() -> PhoneField:
    return PhoneField(label=_("Phone"), max_length=40, required=False)


class ContactFields:
    """The fields of one contact, for a form and for the rows of a list alike."""

    def __init__(self) -> None:
        self._fields = {"name": _name(), "position": _position(), "email": _email()}
        self._fields["phone"] = _phone()

    def clean(self, said: Mapping[str, str]) -> dict[str, str]:
        """Raises ValidationError with all that is wrong, each with the name of its field."""
        cleaned, wrong = {}, []
        for name in FIELDS:
            try:
                cleaned[name] = str(self._fields[name].clean(said[name]))
            except ValidationError as error:
                label = self._fields[name].label
                wrong += [f"{label}: {message}" for message in error.messages]
        if wrong:
            raise ValidationError(wrong)
        return kept(cleaned)


def kept(said: dict[str, str]) -> dict[str, str]:
    """As a contact is kept. Raises ValidationError where nothing tells who it is."""
    said = {**said, "email": said["email"].lower()}
    if not (said["name"] or said["email"] or said["phone"]):
        raise ValidationError(_now("Give a name, an email address or a phone number."))
    return said


class ContactForm(forms.Form):
    ccn = forms.CharField(
        label=_("CCN"),
        max_length=60,
        help_text=_("In any spelling. Example: 015009."),
        error_messages={"required": _("Enter the CCN of the provider.")},
        widget=forms.TextInput(attrs={"class": "portal-input--short"}),
    )
    name = _name()
    position = _position()
    email = _email()
    phone = _phone()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider: Provider | None = None

    def clean_ccn(self) -> str:
        found = find(self.cleaned_data["ccn"])
        if isinstance(found, str):
            raise ValidationError(found)
        if not found.is_open:
            raise ValidationError(_now("This provider is closed: nobody writes there any more."))
        self.provider = found
        return found.ccn

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if all(name in said for name in FIELDS):
            said |= kept({name: said[name] for name in FIELDS})
        return said


class RemoveForm(forms.Form):
    why = OneLineField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Kept in the audit trail. A list that names this contact again is told so."),
        error_messages={"required": _("Say why the contact is removed.")},
    )


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("List of contacts (CSV file)"),
        help_text=_("At most 10 MB and 50,000 rows. Nothing is written before you have said yes."),
        error_messages={
            "required": _("Choose the file."),
            "empty": _("The file is empty. Choose another one."),
        },
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv", "class": "oversight-file"}),
    )


class SearchForm(forms.Form):
    ccn = forms.CharField(label=_("CCN"), max_length=60, required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Any state")), *sorted(STATE_NAMES.items(), key=itemgetter(1))],
        error_messages={"invalid_choice": _("Choose a state from the list.")},
    )
    chain = OneLineField(label=_("Chain"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider: Provider | None = None

    def clean_ccn(self) -> str:
        typed: str = self.cleaned_data["ccn"]
        if not typed:
            return typed
        found = find(typed)
        if isinstance(found, str):
            raise ValidationError(found)
        self.provider = found
        return found.ccn
