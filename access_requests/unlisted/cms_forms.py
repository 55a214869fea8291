"""How CMS ends a report, and gives a CCN."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from access_requests.models import UnlistedProvider
from access_requests.unlisted.adding import NewProvider
from access_requests.unlisted.certifying import cases_at
from access_requests.unlisted.forms import state_field
from accounts.fields import OneLineField
from providers import sentences
from providers.answers import answer_for
from providers.ccn import Reading, Unreadable, read
from providers.ccn_facts import STATE_NAMES
from providers.kinds import SERVED
from providers.models import Provider
from providers.verdicts import Verdict

_ZIP = RegexValidator(r"^[0-9]{5}(-?[0-9]{4})?\Z", _("A ZIP code has five or nine digits."))

READY_MADE = {
    "not_served": _("iQIES does not take this kind of provider, so there is no access to ask for."),
    "wrong_ccn": _(
        "The CCN you gave is not this provider’s. Compare it with a letter from CMS or a survey "
        "report, then ask for the role with the right one."
    ),
    "part_of_another": _(
        "This is a branch or a part of another provider. Ask for the role with that provider’s CCN."
    ),
    "not_enough": _(
        "From what you wrote CMS cannot see that this provider exists. Report it again with the "
        "date of the tie-in notice or of the CMS-855 approval letter, or the state license number."
    ),
    "closed": _("This provider has closed, so nobody can get access there."),
}


class AlsoForm(forms.Form):
    """Other open reports of what may be the same provider, to be ended in the same step."""

    also = forms.TypedMultipleChoiceField(
        label=_("End these with it"),
        required=False,
        coerce=int,
        error_messages={"invalid_choice": _("One of these has ended meanwhile. Look again.")},
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, others: Iterable[UnlistedProvider]) -> None:
        others = list(others)
        # Ended meanwhile, or looked at differently: the step passes over it.
        super().__init__(data, initial={"also": [each.pk for each in others if each.is_same_ccn]})
        self.fields["also"].choices = [  # type: ignore[attr-defined]
            (each.pk, _option(each)) for each in others
        ]


def _option(report: UnlistedProvider) -> str:
    typed = report.typed.strip() or _now("no CCN")
    return f"{report.name}, {report.city}, {report.state} ({typed}): {report.reporter}"


class OnRosterForm(forms.Form):
    prefix = "roster"
    ccn = forms.CharField(
        label=_("CCN on the roster"),
        max_length=60,
        error_messages={"required": _("Enter the CCN it has on the roster.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "portal-input--short"}),
    )

    def clean_ccn(self) -> str:
        answer = answer_for(self.cleaned_data["ccn"])
        if answer.provider is None or answer.answer == Verdict.CLOSED:
            raise forms.ValidationError(answer.message)
        self.provider: Provider = answer.provider
        return answer.ccn


class AddForm(forms.Form):
    """A provider by its CCN, which says its kind; without one, by a provisional identifier."""

    prefix = "add"
    ccn = forms.CharField(
        label=_("Its CCN"),
        max_length=60,
        required=False,
        help_text=_(
            "Empty if it is not certified yet: it then gets a provisional identifier, such as "
            "PTX00012."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "portal-input--short"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("As the CCN says")), *((each.value, each.label) for each in SERVED)],
        help_text=_("Needed only without a CCN."),
    )
    name = OneLineField(
        label=_("Name"), max_length=200, error_messages={"required": _("Enter the name.")}
    )
    address_line_1 = OneLineField(label=_("Street address"), max_length=200, required=False)
    city = OneLineField(
        label=_("City"), max_length=100, error_messages={"required": _("Enter the city.")}
    )
    state = state_field()
    zip_code = OneLineField(
        label=_("ZIP code"),
        max_length=10,
        required=False,
        validators=[_ZIP],
        widget=forms.TextInput(attrs={"class": "portal-input--short"}),
    )
    phone = OneLineField(
        label=_("Phone of record"),
        max_length=20,
        required=False,
        help_text=_(
            "By which CMS confirms a first PSO. Left empty, CMS has no second path to call: the "
            "case cannot be clean until a phone is found elsewhere."
        ),
        widget=forms.TextInput(attrs={"class": "portal-input--short"}),
    )

    def clean_ccn(self) -> str:
        typed = self.cleaned_data["ccn"].strip()
        self.reading: Reading | None = reading_of_new(typed) if typed else None
        return self.reading.ccn if self.reading else ""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("ccn") == "" and not said.get("kind"):
            self.add_error("kind", _("Choose the kind. Without a CCN, nothing else says it."))
        if said.get("ccn") and self.reading and said.get("state"):
            require_state_of(self, self.reading, said["state"])
        return said

    def new(self) -> NewProvider:
        said = self.cleaned_data
        return NewProvider(
            ccn=said["ccn"],
            kind=self.reading.kind.value if self.reading else said["kind"],
            name=said["name"],
            city=said["city"],
            state=said["state"],
            address_line_1=said["address_line_1"],
            zip_code=said["zip_code"].replace("-", ""),
            phone=said["phone"],
        )


def reading_of_new(typed: str) -> Reading:
    """A CCN of a kind that iQIES takes and that is not on the roster; else ValidationError."""
    reading = read_served(typed)
    found = Provider.objects.filter(ccn=reading.ccn).first()
    if found is not None and not found.is_open:
        raise forms.ValidationError(sentences.closed(found))
    if found is not None:
        raise forms.ValidationError(
            _("%(ccn)s is on the roster: %(name)s, %(place)s. Choose it there."),
            params={"ccn": found.ccn, "name": found.display_name, "place": found.place},
        )
    return reading


def read_served(typed: str) -> Reading:
    reading = read(typed)
    if isinstance(reading, Unreadable):
        raise forms.ValidationError(reading.message)
    if not reading.is_served:
        raise forms.ValidationError(sentences.not_served(reading))
    return reading


def require_state_of(form: forms.Form, reading: Reading, state: str) -> None:
    """A CCN begins with its state's code."""
    if reading.state != state:
        said = _now("%(ccn)s is a number of %(theirs)s, and the provider is in %(state)s.")
        names = {
            "ccn": reading.ccn,
            "theirs": STATE_NAMES.get(reading.state, reading.state),
            "state": STATE_NAMES.get(state, state),
        }
        form.add_error("ccn", f"{said % names} {_now('Correct one of them.')}")


class AnswerForm(forms.Form):
    """A ready-made answer, words of one's own, or the one followed by the other."""

    prefix = "answer"
    ready_made = forms.ChoiceField(
        label=_("Ready-made answer"),
        required=False,
        choices=[("", _("None: in my own words")), *READY_MADE.items()],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("In your own words"),
        max_length=1500,
        required=False,
        help_text=_("The reporter reads it. It follows the ready-made answer, if you chose one."),
        error_messages={"max_length": _("Write at most 1,500 characters.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not said.get("ready_made") and not said.get("text", "-").strip():
            self.add_error("text", _("Choose an answer, or write one. The reporter reads it."))
        return said

    def answer(self) -> str:
        said = self.cleaned_data
        ready_made = str(READY_MADE[said["ready_made"]]) if said["ready_made"] else ""
        return "\n\n".join(part for part in (ready_made, said["text"].strip()) if part)


class GiveCcnForm(forms.Form):
    """The number a provisional provider was certified with."""

    ccn = forms.CharField(
        label=_("Its CCN"),
        max_length=60,
        error_messages={"required": _("Enter the CCN it was certified with.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "portal-input--short"}),
    )
    is_same = forms.BooleanField(label=_("It is the same provider"), required=False)
    # The listed row that the page showed: the answer above is about no other.
    compared = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, provider: Provider, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider = provider
        # What the roster has under this CCN by now.
        self.listed: Provider | None = None
        self.cases: list[str] = []

    @property
    def both(self) -> list[Provider]:
        return [self.provider, self.listed] if self.listed else [self.provider]

    def clean_ccn(self) -> str:
        self.reading = read_served(self.cleaned_data["ccn"])
        return self.reading.ccn

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if ccn := said.get("ccn"):
            require_state_of(self, self.reading, self.provider.state)
            self.listed = Provider.objects.filter(ccn=ccn).select_related("chain").first()
            self.cases = cases_at(self.listed) if self.listed else []
            # Where somebody's case is, the step itself refuses and says what is possible.
            if self.listed and not self.cases and not self._says_same(self.listed):
                self.add_error("is_same", _("Compare the two above, and say that it is the same."))
                # Ticked for a row that was shown before, it is not ticked for this one.
                typed = {name: self.data.get(name, "") for name in self.fields}
                self.data = typed | {"is_same": ""}
        return said

    def _says_same(self, listed: Provider) -> bool:
        said = self.cleaned_data
        return bool(said.get("is_same")) and said.get("compared") == str(listed.pk)
