"""Choosing among the CCNs to which somebody may invite: one is not asked about, some are ticked,
and of hundreds those that are meant are pasted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access_requests.invitations.checking import MOST_CCNS
from access_requests.invitations.rules import Place
from providers.answers import answers_for

# So many fit a page and are found by eye; who has more pastes.
MOST_TICKED = 30
_SEPARATORS = re.compile(r"[\s,;|]+")


class PlacesField(forms.Field):
    """Cleans to the ids of providers."""

    default_error_messages = {
        "required": gettext_lazy("Choose at least one provider."),
    }

    def offer(self, places: Sequence[Place]) -> None:
        self.places = {each.provider.pk: each.provider for each in places}
        self.is_only_one = len(places) == 1
        if self.is_only_one:
            self.required = False
            self.widget = forms.HiddenInput()
        elif len(places) <= MOST_TICKED:
            self.widget = forms.CheckboxSelectMultiple(
                choices=[
                    (each.ccn, f"{each.display_name}, {each.place} (CCN {each.ccn})")
                    for each in self.places.values()
                ]
            )
        else:
            self.widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
            self.help_text = _(
                "Their CCNs, of the %(number)d where you are PSO. Paste them as they are: with "
                "spaces, commas or line breaks between them. At most %(most)d in one invitation."
            ) % {"number": len(places), "most": MOST_CCNS}
        self.widget.is_required = self.required

    def prepare_value(self, value: Any) -> Any:
        """A tick box for each CCN that was given; a line of them in the text."""
        if isinstance(self.widget, forms.CheckboxSelectMultiple):
            return _SEPARATORS.split(value) if isinstance(value, str) else value
        return " ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        if self.is_only_one:
            return list(self.places)
        typed = value if isinstance(value, list) else _SEPARATORS.split(str(value or "").strip())
        typed = [each for each in typed if each]
        if not typed:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(typed) > MOST_CCNS:
            raise forms.ValidationError(
                _(
                    "These are %(number)d CCNs. One invitation is for at most %(most)d: send "
                    "another for the rest."
                )
                % {"number": len(typed), "most": MOST_CCNS}
            )
        return self._ids_of(typed)

    def _ids_of(self, typed: list[str]) -> list[int]:
        problems, found = [], {}
        for answer in answers_for([each[:60] for each in typed]):
            if answer.provider is None:
                problems.append(f"{answer.typed}: {answer.message}")
            elif answer.provider.pk not in self.places:
                problems.append(
                    _("%(ccn)s: you are not PSO there, and no request of yours waits there.")
                    % {"ccn": answer.ccn}
                )
            else:
                found[answer.provider.pk] = True
        if problems:
            raise forms.ValidationError(problems)
        return list(found)
