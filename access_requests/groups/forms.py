"""What is said once for all CCNs of a form, and the list of them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from access_requests import keyset
from access_requests.forms import RequestForm
from access_requests.groups.reading import TooManyCells, counted_entries, without_controls
from access_requests.models import Affiliation, Role
from access_requests.statement import NotEligible, Statement
from accounts.models import User

MOST_CCNS = 500
MOST_ROLES = 2
MOST_BAD_NAMED = 5
_LONGEST_LIST = 100_000
_TOO_LONG = _("This list is too long to be read. Send it in several parts.")
# Of the whole form, wherever the rules found them wanting.
_FIELDS = {"role": "roles", "ccn": "ccns"}


class ManyForm(RequestForm):
    """As the form for one CCN; but a list of them, and one role or two."""

    ccn = None  # type: ignore[assignment]
    role = None  # type: ignore[assignment]
    ccns = forms.CharField(
        label=_("CCNs"),
        required=False,
        max_length=_LONGEST_LIST,
        help_text=_(
            "Paste them as you have them: one a line, with commas, semicolons or spaces between "
            "them, or rows copied from a spreadsheet. At most 500."
        ),
        error_messages={"max_length": _TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
    )
    roles = forms.ModelMultipleChoiceField(
        label=_("Roles you need at each of these CCNs"),
        queryset=Role.objects.filter(is_offered=True),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One role, or two: for example the PSO role and a working role."),
        error_messages={"required": _("Tick the role you need.")},
    )

    field_order = ("ccns", "roles")

    def __init__(self, data: QueryDict | None = None, *, person: User, **kwargs: Any) -> None:
        super().__init__(data, person=person, **kwargs)
        affiliation = cast(forms.ChoiceField, self.fields["affiliation"])
        affiliation.label = _("How you belong to these providers")
        affiliation.choices = [
            (Affiliation.EMPLOYED, _("I work for them")),
            (Affiliation.VENDOR, _("I work for a vendor")),
        ]
        self._sent = data or QueryDict()
        # CCNs as typed, in order, each with how often it stands in the list, and on which line.
        self.entries: Counter[str] = Counter()
        self.places: dict[str, int] = {}

    def clean_roles(self) -> list[Role]:
        roles = list(self.cleaned_data["roles"])
        if len(roles) > MOST_ROLES:
            raise forms.ValidationError(
                _("Tick at most two roles. For a third one, send the form again.")
            )
        return roles

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if "ccns" in said:
            try:
                self.entries, self.places = self._read_entries()
            except forms.ValidationError as error:
                self.add_error("ccns", error)
        return said

    def _read_entries(self) -> tuple[Counter[str], dict[str, int]]:
        if _length_of(self._sent) > _LONGEST_LIST:
            raise forms.ValidationError(_TOO_LONG)
        try:
            entries, places = entries_in(self._sent)
        except TooManyCells:
            raise forms.ValidationError(
                _(
                    "These rows have too many columns to be read. Copy the column with the CCNs "
                    "alone and paste it."
                )
            ) from None
        if not entries:
            raise forms.ValidationError(_("Paste at least one CCN, or pick from a chain."))
        if len(entries) > MOST_CCNS:
            sentence = _(
                "A form takes at most %(most)d CCNs, and this list has more. Send it in several "
                "parts."
            )
            raise forms.ValidationError(sentence % {"most": MOST_CCNS})
        return entries, places

    def roles_said(self) -> list[Role]:
        """None of them where they are not as they should be."""
        return list(self.cleaned_data.get("roles", []))

    def statement(self) -> Statement:
        """What is wanting is empty: to judge the rest. Only a form without errors is filed."""
        said = self.cleaned_data
        has_pso = any(role.is_pso for role in self.roles_said())
        return Statement(
            affiliation=Affiliation(said.get("affiliation", Affiliation.EMPLOYED)),
            job_title=said.get("job_title", ""),
            employer=said.get("employer", ""),
            administrator_name=said.get("administrator_name", "") if has_pso else "",
            administrator_contact=said.get("administrator_contact", "") if has_pso else "",
            attests_small_organization=said.get("attests_small_organization", False),
            attests_no_corporate_email=said.get("attests_no_corporate_email", False),
        )

    def refuse(self, refusal: NotEligible) -> None:
        name = _FIELDS.get(refusal.field, refusal.field)
        if name in self.errors:
            # It is wanting already, for a reason of its own.
            return
        known = self.needs_other_address, self.has_too_many_pso_ccns
        self.add_refusal(name, str(refusal))
        self.needs_other_address |= known[0]
        self.has_too_many_pso_ccns |= known[1]

    def name_bad_lines(self, lines: Sequence[tuple[int, str, str]]) -> None:
        """Of a form that has to be looked at again anyway: where it stands, as typed, and the
        answer. The page that shows a list answered sends each entry back on a line of its own:
        where it stood is not where it stands now."""
        stands_as_pasted = "good" not in self._sent
        for place, typed, answer in lines[:MOST_BAD_NAMED]:
            said = f"“{typed}”: {answer}"
            if place and stands_as_pasted:
                said = _("Line %(place)d, %(said)s") % {"place": place, "said": said}
            self.add_error("ccns", said)
        if lines:
            sentence = _("Correct such CCNs here, or on the next page once the rest is filled in.")
            self.add_error("ccns", sentence)

    def has_field_for(self, refusal: NotEligible) -> bool:
        return _FIELDS.get(refusal.field, refusal.field) in self.fields


def entries_in(data: QueryDict) -> tuple[Counter[str], dict[str, int]]:
    """The list of the form, or of the page that shows it answered: there the good ones stand
    together, and each other one in a field of its own. CCNs ticked in a chain count as well.

    And on which line of the list that was pasted each stands: where that is known, and there is
    more than one.
    """
    listed = [text_in(data, "ccns")]
    if "good" in data:
        listed = [text_in(data, "good"), *data.getlist("line")]
    left_out = set(data.getlist("leave"))
    # Those left out do not count.
    read = counted_entries("\n".join(listed), MOST_CCNS + len(left_out))
    times = read.times
    times.update(without_controls(each[:20]).strip() for each in data.getlist("pick"))
    entries = Counter({each: n for each, n in times.items() if each not in left_out})
    return entries, _places_pasted(read.lines, data)


def _places_pasted(lines: dict[str, int], data: QueryDict) -> dict[str, int]:
    """On the page that shows the list answered, each field says where its entry stood."""
    if "good" not in data:
        one_line = len(text_in(data, "ccns").strip().splitlines()) < 2
        return {} if one_line else lines
    before = max(1, len(text_in(data, "good").splitlines()))
    said = dict(enumerate(map(keyset.read_id, data.getlist("at")), start=before + 1))
    return {entry: place for entry, line in lines.items() if (place := said.get(line))}


def _length_of(data: QueryDict) -> int:
    """Of all that is read as CCNs, in whichever field it comes."""
    names = ("ccns", "good", "line", "pick", "leave")
    return sum(len(each) for name in names for each in data.getlist(name))


def typed_so_far(data: QueryDict, person: User) -> dict[str, Any]:
    """A form that is not finished, to be shown again as it is and without judging it."""
    form = ManyForm(person=person)
    return {
        name: field.widget.value_from_datadict(data, {}, name)
        for name, field in form.fields.items()
    }


def key_in(data: QueryDict) -> uuid.UUID | None:
    try:
        return uuid.UUID(text_in(data, "form_key"))
    except ValueError:
        return None


def text_in(data: QueryDict, name: str) -> str:
    return str(data.get(name, ""))
