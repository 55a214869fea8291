from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from access_requests.readiness.scope import FIRST_PSOS, PEOPLE, Scope
from providers.ccn_facts import STATE_NAMES
from providers.kinds import SERVED
from providers.models import Chain, Program

_LARGEST_ID = 2**63 - 1
_NO_SUCH_CHAIN = _("There is no such chain. Choose one from the list of chains.")


def states() -> list[tuple[str, str]]:
    return sorted(STATE_NAMES.items(), key=lambda state: state[1])


def kinds() -> list[tuple[str, str]]:
    return [(str(kind.value), str(kind.label).capitalize()) for kind in SERVED]


class ScopeForm(forms.Form):
    """The conditions of a list of CCNs, as they stand in its address."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Any state")), *states()],
        error_messages={"invalid_choice": _("Choose a state from the list.")},
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("Any kind")), *kinds()],
        error_messages={"invalid_choice": _("Choose a kind from the list.")},
    )
    program = forms.ChoiceField(
        label=_("Program"),
        required=False,
        error_messages={"invalid_choice": _("Choose a program from the list.")},
    )
    level = forms.TypedChoiceField(
        label=_("PSOs"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("Any number")),
            ("0", _("None")),
            ("1", _("One")),
            ("2", _("Two or more")),
        ],
        error_messages={"invalid_choice": _("Choose a number of PSOs from the list.")},
    )
    waiting = forms.ChoiceField(
        label=_("Who waits there"),
        required=False,
        choices=[
            ("", _("Anybody or nobody")),
            (PEOPLE, _("People wait for a first PSO")),
            (FIRST_PSOS, _("A first PSO waits for CMS")),
        ],
        error_messages={"invalid_choice": _("Choose from the list who waits there.")},
    )
    chain = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=_LARGEST_ID,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _NO_SUCH_CHAIN),
    )

    chain_meant: Chain | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(each.code, each.name) for each in programs()]
        self.fields["program"].choices = [("", _("Any program")), *named]  # type: ignore[attr-defined]

    def clean_chain(self) -> int | None:
        number = self.cleaned_data["chain"]
        if number is None:
            return None
        self.chain_meant = Chain.objects.filter(pk=number).first()
        if self.chain_meant is None:
            raise forms.ValidationError(_NO_SUCH_CHAIN)
        return int(number)

    def scope(self) -> Scope:
        return Scope(**self.cleaned_data)


def programs() -> list[Program]:
    return list(Program.objects.filter(onboarded=True).order_by("code"))
