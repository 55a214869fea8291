"""What the reporter types, and what CMS types to end a report. Rules are the workflow's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from access_requests.forms import RequestForm
from access_requests.models import PSO, Role, UnlistedProvider
from access_requests.unlisted.reporting import Missing, Wanted
from accounts.fields import OneLineField
from accounts.models import User
from accounts.widgets import RadioTiles
from providers.answers import answer_for
from providers.forms import states
from providers.verdicts import Verdict

_HAS_CCN, _HAS_NONE = "yes", "no"


def state_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("State"),
        choices=[("", _("Choose a state")), *states()],
        error_messages={
            "required": _("Choose the state."),
            "invalid_choice": _("Choose a state from the list."),
        },
    )


class ReportForm(RequestForm):
    """The provider that is missing, and the request that goes on once it is there: the fields of
    the form for asking, under the same names, so that what was typed there comes along."""

    ccn = forms.CharField(
        label=_("CCN, as you know it"),
        max_length=60,
        required=False,
        strip=False,
        help_text=_("As it stands in the letter or form you have. Empty if it has none yet."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "class": "portal-input--short"}
        ),
    )
    certified = forms.ChoiceField(
        label=_("Does the provider have a CCN?"),
        choices=[(_HAS_CCN, _("Yes")), (_HAS_NONE, _("Not yet"))],
        initial=_HAS_CCN,
        error_messages={"required": _("Say whether the provider has a CCN.")},
        widget=RadioTiles(
            descriptions={
                _HAS_CCN: _("CMS has certified it and given it a number."),
                _HAS_NONE: _("It is new, and its certification is under way."),
            }
        ),
    )
    name = OneLineField(
        label=_("Name of the provider"),
        max_length=200,
        error_messages={"required": _("Enter the name of the provider.")},
    )
    city = OneLineField(
        label=_("City"), max_length=100, error_messages={"required": _("Enter the city.")}
    )
    state = state_field()
    evidence = forms.CharField(
        label=_("How can CMS see that it exists?"),
        max_length=2000,
        help_text=_(
            "For example the date of the tie-in notice or of the CMS-855 approval letter, or the "
            "state license number. Write nothing about residents or patients."
        ),
        error_messages={
            "required": _("Say how CMS can see that it exists: a letter and its date, a license."),
            "max_length": _("Write at most 2,000 characters."),
        },
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, person=person, **kwargs)
        # Somebody may report a provider without asking for anything there.
        for name in ("role", "affiliation", "job_title", "employer"):
            self.fields[name].required = False
        self.fields["role"].empty_label = _("No role for now")  # type: ignore[attr-defined]

    @property
    def is_request_complete(self) -> bool:
        """The request came along with all that it needs: it is shown folded up."""
        needed = ["role", "legal_name", "job_title", "employer"]
        if self["role"].value() == PSO:
            needed += ["administrator_name", "administrator_contact"]
        there = [name for name in needed if name in self.fields]
        return all(self[name].value() for name in there) and not (
            set(self.errors) & set(RequestForm.base_fields) - {"ccn"}
        )

    @property
    def kept_role(self) -> str:
        """The name of the role that came along."""
        code = str(self["role"].value() or "")
        return str(Role.objects.filter(code=code).first() or "")

    def clean_ccn(self) -> str:
        """Kept as it was typed. What is on the roster is not missing."""
        typed: str = self.cleaned_data["ccn"]
        answer = answer_for(typed) if typed.strip() else None
        if answer is not None and answer.provider is not None:
            if answer.answer != Verdict.CLOSED:
                self.provider = answer.provider
                raise forms.ValidationError(
                    _("%(ccn)s is on CMS’s list: %(name)s, %(place)s. Ask for a role there."),
                    params={
                        "ccn": answer.ccn,
                        "name": answer.provider.display_name,
                        "place": answer.provider.place,
                    },
                )
            raise forms.ValidationError(answer.message)
        return typed

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("certified") == _HAS_CCN and not said.get("ccn", "-").strip():
            self.add_error("ccn", _("Enter the CCN, or say that the provider has none yet."))
        if said.get("role") is not None:
            self._require("affiliation", _("Say how you belong to this provider."))
            self._require("job_title", _("Enter your job title."))
            self._require("employer", _("Enter the name of your employer."))
        return said

    def _require(self, name: str, sentence: Any) -> None:
        if name in self.cleaned_data and not self.cleaned_data[name]:
            self.add_error(name, sentence)

    def missing(self) -> Missing:
        said = self.cleaned_data
        return Missing(
            typed=said["ccn"],
            name=said["name"],
            state=said["state"],
            city=said["city"],
            is_certified=said["certified"] == _HAS_CCN,
            evidence=said["evidence"],
        )

    def wanted(self) -> Wanted | None:
        role = self.cleaned_data["role"]
        return Wanted(role, self.statement()) if role is not None else None


def carried(sent: QueryDict) -> dict[str, Any]:
    """What was typed into the form for asking, for the form of a report."""
    boxes = {name for name, field in RequestForm.base_fields.items() if _is_box(field)}
    words = {name: sent[name] for name in RequestForm.base_fields if name in sent}
    return words | {name: name in sent for name in boxes}


def _is_box(field: forms.Field) -> bool:
    return isinstance(field, forms.BooleanField)


def kept_words(report: UnlistedProvider) -> dict[str, Any]:
    """The request that could not be filed, for the form for asking."""
    names = set(RequestForm.base_fields) & {each.name for each in report._meta.get_fields()}
    words = {name: getattr(report, name) for name in names - {"role"}}
    ccn = report.provider.ccn if report.provider else report.typed
    return words | {"role": report.role_id, "ccn": ccn}
