"""What the list of people is narrowed to, as it stands in its address. A name never stands there
but encrypted, for whoever typed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from access_requests.models import Affiliation, Role
from access_requests.people.naming import words_of
from accounts.fields import OneLineField
from providers import ccn as ccns
from providers.models import Provider

IDLE_DAYS = 60


class When(models.TextChoices):
    ENDING = "ending", _("Ends within 30 days")
    DATED = "dated", _("Has a last day")
    IDLE = "idle", _("Not signed in for 60 days")
    NEVER = "never", _("Never signed in")


@dataclass(frozen=True)
class Filters:
    """`search` is what stands in the address for `typed`; `person`: that person's roles alone."""

    ccn: str = ""
    role: str = ""
    kind: str = ""
    when: str = ""
    typed: str = ""
    search: str = ""
    person: int | None = None

    @property
    def words(self) -> list[str]:
        return words_of(self.typed)

    @property
    def is_by_end(self) -> bool:
        return self.when == When.ENDING and not self.words

    @property
    def are_any(self) -> bool:
        return self != Filters(person=self.person)

    @property
    def used(self) -> list[str]:
        """The names of those in use, never what was typed."""
        named = ("ccn", "role", "kind", "when", "typed", "person")
        return [each for each in named if getattr(self, each)]

    def address(self, path: str, **other: Any) -> str:
        said = {each: getattr(self, each) for each in ("ccn", "role", "kind", "when", "search")}
        query = {name: value for name, value in (said | other).items() if value}
        return f"{path}?{urlencode(query)}" if query else path

    def without_search(self) -> Filters:
        return replace(self, typed="", search="")


class FilterForm(forms.Form):
    """A CCN is chosen from the viewer's own where they are few, else typed."""

    ccn = forms.CharField(
        label=_("CCN"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ModelChoiceField(
        label=_("Role held"),
        required=False,
        queryset=Role.objects.all(),
        empty_label=_("Any role"),
        error_messages={"invalid_choice": _("Choose a role from the list.")},
    )
    kind = forms.ChoiceField(
        label=_("Belongs as"),
        required=False,
        choices=[("", _("Employed or vendor")), *Affiliation.choices],
        error_messages={"invalid_choice": _("Choose from the list how people belong.")},
    )
    when = forms.ChoiceField(
        label=_("Last day and sign-in"),
        required=False,
        choices=[("", _("Any")), *When.choices],
        error_messages={"invalid_choice": _("Choose from the list.")},
    )

    def __init__(self, *args: Any, mine: Sequence[Provider] | None, **kwargs: Any) -> None:
        """`mine`: the viewer's CCNs where they are few enough to choose from."""
        super().__init__(*args, **kwargs)
        if mine is None:
            return
        named = [(each.ccn, f"{each.ccn} {each.display_name}") for each in mine]
        self.fields["ccn"] = forms.ChoiceField(
            label=_("CCN"),
            required=False,
            choices=[("", _("All my CCNs")), *named],
            error_messages={"invalid_choice": _("Choose one of your CCNs.")},
        )

    def clean_ccn(self) -> str:
        """In any spelling. Whose CCN it is, the list itself asks."""
        typed: str = self.cleaned_data["ccn"]
        if not typed or isinstance(self.fields["ccn"], forms.ChoiceField):
            return typed
        reading = ccns.read(typed)
        if isinstance(reading, ccns.Unreadable):
            provisional = ccns.provisional_id(typed)
            if not provisional:
                raise forms.ValidationError(reading.message)
            return provisional
        return reading.ccn

    def filters(self) -> Filters:
        """What is faulty narrows nothing."""
        said = self.cleaned_data
        role = said.get("role")
        return Filters(
            ccn=said.get("ccn", ""),
            role=role.pk if role else "",
            kind=said.get("kind", ""),
            when=said.get("when", ""),
        )


class SearchForm(forms.Form):
    q = OneLineField(
        label=_("Name or User ID"),
        max_length=100,
        error_messages={
            "required": _("Type a name or a User ID."),
            "max_length": _("Type at most 100 characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_q(self) -> str:
        typed: str = self.cleaned_data["q"]
        if not words_of(typed):
            raise forms.ValidationError(_("Type at least two letters of a name."))
        return typed
