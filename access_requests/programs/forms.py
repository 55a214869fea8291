from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from access_requests.models import Role
from access_requests.models.role import PSO_NAME
from access_requests.programs.dates import eastern
from accounts.fields import OneLineField
from accounts.widgets import DateInput
from providers.kinds import SERVED
from providers.models import Program
from providers.reference import EASTERN

# The field of the row, and what its date and its time are called on the page.
MOMENTS = {
    "pso_opens_at": (_("PSO requests open on"), _("PSO requests: time, Eastern Time")),
    "general_opens_at": (_("Every role opens on"), _("Every role: time, Eastern Time")),
    "goes_live_at": (_("Goes live on"), _("Going live: time, Eastern Time")),
}


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M", attrs={"class": "portal-input--short"})


class ProgramForm(forms.Form):
    """A program's row as CMS edits it. Where nobody needs an account there are no dates."""

    name = OneLineField(label=_("Name"), max_length=100)
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of provider"),
        required=False,
        choices=[(kind.value, capfirst(str(kind.label))) for kind in SERVED],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose kinds from the list.")},
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For CMS alone."),
    )

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.program = program
        self.initial.update(name=program.name, kinds=program.kinds, note=program.note)
        if program.onboarded:
            for name, labels in MOMENTS.items():
                self._add_moment(name, *labels)
        else:
            said = _("Read by whoever looks for it under Find a provider.")
            self.fields["note"].help_text = said
        self.order_fields(["name", *self.moment_fields(), "kinds", "note"])

    def _add_moment(self, name: str, on: Any, at: Any) -> None:
        stored = self._stored(name)
        wrong_date = _("This is no date. Example: 12/31/2026.")
        self.fields[f"{name}_on"] = forms.DateField(
            label=on, required=False, widget=DateInput(), error_messages={"invalid": wrong_date}
        )
        self.fields[f"{name}_time"] = forms.TimeField(
            label=at,
            required=False,
            widget=TimeInput(),
            error_messages={"invalid": _("This is no time. Example: 08:00.")},
        )
        self.initial[f"{name}_on"] = stored.date() if stored else None
        self.initial[f"{name}_time"] = stored.time() if stored else time()

    def moment_fields(self) -> list[str]:
        return [name for name in self.fields if name.endswith(("_at_on", "_at_time"))]

    def moments(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Date beside time, for the page."""
        if not self.program.onboarded:
            return []
        return [(self[f"{name}_on"], self[f"{name}_time"]) for name in MOMENTS]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.program.onboarded and not self.errors:
            for name in MOMENTS:
                said[name] = self._moment(name, said)
            if not self.errors:
                self._require_order(said)
        return said

    def _moment(self, name: str, said: Mapping[str, Any]) -> datetime | None:
        day, at, stored = said[f"{name}_on"], said[f"{name}_time"] or time(), self._stored(name)
        if day is None:
            return None
        if stored and (day, at) == (stored.date(), stored.time().replace(second=0, microsecond=0)):
            return stored
        try:
            return eastern(day, at)
        except ValidationError as error:
            self.add_error(f"{name}_on", error)
            return None

    def _stored(self, name: str) -> datetime | None:
        at: datetime | None = getattr(self.program, name)
        return timezone.localtime(at, EASTERN) if at else None

    def _require_order(self, said: Mapping[str, Any]) -> None:
        """As the database has it; and nothing goes live that nobody could get access to."""
        pso, general, live = (said[name] for name in MOMENTS)
        if general and pso is None:
            error = _now("Set the date for PSO requests too: they come first.")
            self.add_error("pso_opens_at_on", error)
        elif general and general < pso:
            error = _now("Every role opens with the PSO requests or later, not before.")
            self.add_error("general_opens_at_on", error)
        if live and pso and live < pso:
            error = _now("The program cannot go live before PSO requests open.")
            self.add_error("goes_live_at_on", error)

    def values(self) -> dict[str, Any]:
        """What is to stand in the row."""
        said = self.cleaned_data
        moments = {name: said[name] for name in MOMENTS} if self.program.onboarded else {}
        return {"name": said["name"], "kinds": said["kinds"], "note": said["note"], **moments}


class RoleForm(forms.Form):
    """`role`: the one that is edited; without it a new one, which needs a code."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=30,
        help_text=_("Small letters, digits and underscores. It never changes."),
        error_messages={"required": _("Give the role a code, such as epoc_administrator.")},
    )
    name = OneLineField(label=_("Name"), max_length=80)
    description = OneLineField(
        label=_("Description"),
        max_length=255,
        help_text=_("One sentence. Whoever asks for access reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    open_to_vendors = forms.BooleanField(label=_("Vendors may hold it"), required=False)
    is_offered = forms.BooleanField(
        label=_("Can be asked for"),
        required=False,
        help_text=_("Off: whoever holds it keeps it, and nobody can ask for it any more."),
    )
    position = forms.IntegerField(
        label=_("Position in lists"),
        min_value=0,
        max_value=32767,
        help_text=_("Roles stand in the order of these numbers."),
        widget=forms.NumberInput(attrs={"class": "portal-input--short"}),
    )

    def __init__(self, *args: Any, role: Role | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role = role
        if role is None:
            self.initial.update(is_offered=True, position=100)
            return
        del self.fields["code"]
        self.initial.update({name: getattr(role, name) for name in self.fields})

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code != code.lower() or "-" in code:
            raise ValidationError(_now("Use small letters, digits and underscores only."))
        if Role.objects.filter(code=code).exists():
            raise ValidationError(_now("There is a role with this code. Choose another one."))
        return code

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Role.objects.exclude(code=self.role.code if self.role else "")
        if others.filter(name__iexact=name).exists():
            raise ValidationError(_now("Another role has this name. Choose another one."))
        if self._is_pso and name != PSO_NAME:
            said = _now("The founding notice names this role: it stays “%(name)s”.")
            raise ValidationError(said % {"name": PSO_NAME})
        return name

    def clean_open_to_vendors(self) -> bool:
        if self.cleaned_data["open_to_vendors"] and self._is_pso:
            raise ValidationError(_now("The PSO must work for the provider: never a vendor."))
        return bool(self.cleaned_data["open_to_vendors"])

    def clean_is_offered(self) -> bool:
        if self._is_pso and not self.cleaned_data["is_offered"]:
            raise ValidationError(
                _now("The PSO role is always offered: without it nobody could be approved.")
            )
        return bool(self.cleaned_data["is_offered"])

    @property
    def _is_pso(self) -> bool:
        return self.role is not None and self.role.is_pso

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields if name != "code"}
