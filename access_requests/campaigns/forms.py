"""Whom a campaign means, and what a step says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from access_requests import keyset
from access_requests.campaigns import placeholders
from access_requests.campaigns.audience import Audience
from access_requests.campaigns.wording import WORDINGS
from access_requests.models import Campaign
from accounts.fields import OneLineField
from providers.ccn_facts import STATE_NAMES
from providers.kinds import SERVED
from providers.models import Chain, Program

_LEVELS = [(0, _("No PSO: nobody decides there yet")), (1, _("One PSO, no backup"))]
_MOST_OFFERED = 5
# CCNs can be of other countries too, which no nursing home of a program is in.
_STATES = sorted(
    ((code, name) for code, name in STATE_NAMES.items() if code not in {"CN", "MX", "FC"}),
    key=lambda state: state[1],
)


class AudienceForm(forms.Form):
    """Who is meant; the part of it that can be counted before there is a name."""

    level = forms.TypedChoiceField(
        label=_("Readiness"),
        coerce=int,
        choices=_LEVELS,
        widget=forms.RadioSelect,
        help_text=_("The message says so, so it goes to one of the two. Write to the other apart."),
        error_messages={
            "required": _("Choose one of the two."),
            "invalid_choice": _("Choose one of the two."),
        },
    )
    program = forms.ModelChoiceField(
        label=_("Program"),
        queryset=Program.objects.filter(onboarded=True).order_by("name"),
        required=False,
        empty_label=_("Any program"),
        error_messages={"invalid_choice": _("Choose a program from the list.")},
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of provider"),
        required=False,
        choices=[(str(kind.value), kind.label.capitalize()) for kind in SERVED],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means all."),
        error_messages={"invalid_choice": _("Choose kinds from the list.")},
    )
    states = forms.MultipleChoiceField(
        label=_("States"),
        required=False,
        choices=_STATES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means all."),
        error_messages={"invalid_choice": _("Choose states from the list.")},
    )
    chains = forms.CharField(
        label=_("Chains"),
        required=False,
        max_length=5000,
        help_text=_("Names as on CMS's list, one a line. Empty means all, and homes of no chain."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )

    def clean_chains(self) -> list[Chain]:
        typed = [" ".join(line.split()) for line in self.cleaned_data["chains"].splitlines()]
        wanted = list(dict.fromkeys(line.upper() for line in typed if line))
        known = (
            {each.name.upper(): each for each in Chain.objects.order_by("name")} if wanted else {}
        )
        missing = [name for name in wanted if name not in known]
        if missing:
            raise ValidationError([_missing(name, known) for name in missing[:_MOST_OFFERED]])
        return [known[name] for name in wanted]

    def audience(self) -> Audience:
        said = self.cleaned_data
        return Audience(
            level=said["level"],
            program=said["program"],
            states=said["states"],
            kinds=said["kinds"],
            chains=said["chains"],
        )


class CampaignForm(AudienceForm):
    name = OneLineField(
        label=_("Name of the campaign"),
        max_length=120,
        help_text=_("Only CMS sees it. Example: Texas, no PSO, November."),
        error_messages={
            "required": _("Give the campaign a name."),
            "max_length": _("Write at most 120 characters."),
        },
    )

    field_order = ["name"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Campaign.objects.filter(name=name).exists():
            raise ValidationError(name_taken())
        return name


def name_taken() -> str:
    return _g("There is a campaign of this name already. Choose another name.")


def _missing(name: str, known: dict[str, Chain]) -> str:
    """With the names on the list that hold the first word of what was typed."""
    first = name.split()[0]
    alike = [str(chain) for upper, chain in known.items() if first in upper][:_MOST_OFFERED]
    if not alike:
        return _g("No chain is called “%(name)s”. Look it up on a provider's page.") % {
            "name": name.title()
        }
    return _g("No chain is called “%(name)s”. Did you mean: %(alike)s?") % {
        "name": name.title(),
        "alike": "; ".join(alike),
    }


def initial_from(query: QueryDict) -> dict[str, Any]:
    """What a link from another page asks for; what means nothing is left out."""
    levels = levels_asked(query)
    programs = Program.objects.filter(onboarded=True, code__in=_listed(query, "program")[:1])
    ids = [number for each in _listed(query, "chain") if (number := keyset.read_id(each))]
    chains = Chain.objects.filter(pk__in=ids[:50]).order_by("name") if ids else []
    kinds = {str(kind.value) for kind in SERVED}
    return {
        "level": levels[0] if levels else "0",
        "program": programs.first() if _listed(query, "program") else None,
        "states": [each for each in _listed(query, "states") if each in dict(_STATES)],
        "kinds": [each for each in _listed(query, "kinds") if each in kinds],
        "chains": "\n".join(str(each) for each in chains),
    }


def levels_asked(query: QueryDict) -> list[str]:
    return sorted({"0", "1"} & set(_listed(query, "level")))


def _listed(query: QueryDict, name: str) -> list[str]:
    """Given several times, or once with commas."""
    given = [value.replace("\0", "") for value in query.getlist(name)]
    return [part for value in given for part in value.split(",") if part]


class StepForm(forms.Form):
    subject = OneLineField(
        label=_("Subject"),
        max_length=150,
        error_messages={
            "required": _("Write a subject."),
            "max_length": _("Write at most 150 characters."),
        },
    )
    body = forms.CharField(
        label=_("Message"),
        max_length=8000,
        help_text=_("Plain text. An empty line begins a new paragraph."),
        widget=forms.Textarea(attrs={"rows": 24, "class": "portal-letter-editor"}),
        error_messages={
            "required": _("Write the message."),
            "max_length": _("Write at most 8,000 characters."),
        },
    )

    def clean_subject(self) -> str:
        subject: str = self.cleaned_data["subject"]
        _refuse_unknown(subject, placeholders.IN_SUBJECT)
        return subject

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"].replace("\r\n", "\n")
        _refuse_unknown(body, frozenset(placeholders.KNOWN))
        if placeholders.NEEDED not in placeholders.names_in(body):
            raise ValidationError(
                _("Say which CCNs it is about: put {{ providers }} on a line of its own.")
            )
        return body


def _refuse_unknown(text: str, allowed: frozenset[str]) -> None:
    unknown = placeholders.unknown_in(text, allowed)
    if unknown:
        raise ValidationError(
            _g("%(wrong)s cannot be filled in here. Use: %(known)s.")
            % {
                "wrong": ", ".join(dict.fromkeys(unknown)),
                "known": ", ".join(
                    f"{{{{ {name} }}}}" for name in placeholders.KNOWN if name in allowed
                ),
            }
        )


class NewStepForm(forms.Form):
    """With the messages that are true of the campaign's CCNs."""

    wording = forms.ChoiceField(
        label=_("Begin with"),
        error_messages={
            "required": _("Choose a message to begin with."),
            "invalid_choice": _("Choose a message from the list."),
        },
    )

    def __init__(self, *args: Any, level: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(key, each.label) for key, each in WORDINGS.items() if each.level == level]
        self.fields["wording"].choices = offered  # type: ignore[attr-defined]


class PreviewForm(forms.Form):
    """For which CCN of the audience the message is shown."""

    ccn = OneLineField(
        label=_("Show it for this CCN"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"class": "portal-input--short", "autocomplete": "off"}),
    )
