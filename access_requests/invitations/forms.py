"""What an inviter types, and what the invited person does."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Collection, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from access_requests.forms import RequestForm
from access_requests.invitations.accepting import Said
from access_requests.invitations.ccns import PlacesField
from access_requests.invitations.checking import Wanted, why_not_personal
from access_requests.invitations.fitting import Fit
from access_requests.invitations.rules import Place
from access_requests.models import PSO, Affiliation, Role
from access_requests.people.days import require_good
from access_requests.policy import StepRefused
from access_requests.statement import Statement
from accounts.fields import OneLineField
from accounts.models import User
from accounts.widgets import DateInput, RadioTiles


class InviteForm(forms.Form):
    """Only what this person may choose is on it: who waits for a PSO invites to that role."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    name = OneLineField(
        label=_("Name of the person"),
        max_length=150,
        required=False,
        help_text=_("You, the PSOs of the provider and CMS read it. It is not in the email."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address = forms.EmailField(
        error_messages={
            "required": _("Enter the person’s email address."),
            "invalid": _("Enter an email address, such as name@organization.org."),
        },
        label=_("Their email address"),
        help_text=_("The one they use at work. The invitation goes there."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    places = PlacesField(label=_("Providers"))
    role = forms.ModelChoiceField(
        error_messages={"required": _("Choose a role.")},
        label=_("Role"),
        queryset=Role.objects.filter(is_offered=True),
        empty_label=_("Choose a role"),
    )
    affiliation = forms.ChoiceField(
        error_messages={"required": _("Say how the person belongs to the provider.")},
        label=_("How the person belongs to the provider"),
        choices=[
            (Affiliation.EMPLOYED, _("Works for it")),
            (Affiliation.VENDOR, _("Works for a vendor")),
        ],
        widget=RadioTiles(
            descriptions={
                Affiliation.EMPLOYED: _(
                    "The provider, or the organization that owns or operates it, employs them."
                ),
                Affiliation.VENDOR: _(
                    "Their company has a contract with the provider: billing, software, "
                    "consulting or staffing. A vendor’s person cannot be PSO."
                ),
            }
        ),
    )
    ends_on = forms.DateField(
        label=_("Last day of the role"),
        required=False,
        help_text=_("For a contract that ends. The role ends by itself after that day."),
        widget=DateInput(),
    )
    days = forms.TypedChoiceField(
        label=_("The invitation can be accepted for"),
        choices=[(7, _("One week")), (14, _("Two weeks")), (30, _("30 days"))],
        coerce=int,
        initial=14,
        help_text=_("If its last day is no business day, until the next one."),
    )

    # Only on the page once it was said that a personal address does not do there.
    goes_on = forms.BooleanField(
        label=_("Send it there all the same; I tell the person what they need"),
        required=False,
    )
    # Of which case that was said: the box stands for no other.
    warned_of = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = places
        self.warns_of_address = False
        self.fields["form_key"].initial = uuid.uuid4()
        cast(PlacesField, self.fields["places"]).offer(places)
        self.only_psos = all(each.only_psos for each in places)
        if self.only_psos:
            for name in ("role", "affiliation", "ends_on"):
                del self.fields[name]

    def clean_ends_on(self) -> Any:
        day = self.cleaned_data["ends_on"]
        try:
            require_good(day)
        except StepRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        role, affiliation = said.get("role"), said.get("affiliation")
        if role and role.is_pso and affiliation == Affiliation.VENDOR:
            self.add_error("affiliation", _("A vendor cannot be PSO. Choose another role."))
        if not self.errors:
            self._warn_of_address(said)
        return said

    def _warn_of_address(self, said: dict[str, Any]) -> None:
        """Once nothing else is wrong. They may go on: the person may have another address."""
        role = said.get("role") or Role.objects.get(pk=PSO)
        places = [each for each in self._places if each.provider.pk in said["places"]]
        if why := why_not_personal(said["address"], role, places):
            self.warns_of_address = True
            case = _case(said["address"], role, places)
            if not said["goes_on"] or said["warned_of"] != case:
                self.add_error("address", why)
                self.add_error("goes_on", _("Give another address above, or tick this box."))
                # The page has it without a tick, and for what is typed now.
                typed = cast(QueryDict, self.data).copy()
                typed["warned_of"] = case
                typed.pop("goes_on", None)
                self.data = typed

    def wanted(self) -> Wanted:
        said = self.cleaned_data
        return Wanted(
            address=said["address"],
            name=said["name"],
            role=said.get("role") or Role.objects.get(pk=PSO),
            affiliation=Affiliation(said.get("affiliation") or Affiliation.EMPLOYED),
            ends_on=said.get("ends_on"),
            days=said["days"],
            form_key=said["form_key"],
        )

    def add_refusal(self, field: str, sentence: str) -> None:
        self.add_error(field if field in self.fields else None, sentence)


def _case(address: str, role: Role, places: Sequence[Place]) -> str:
    ids = sorted(each.provider.pk for each in places)
    said = json.dumps([address.lower(), role.code, ids])
    return hashlib.sha256(said.encode()).hexdigest()


class _Offered(forms.CheckboxSelectMultiple):
    """Those that cannot be had are on it, and cannot be ticked: the page says why."""

    def __init__(self, refused: Collection[int]) -> None:
        super().__init__()
        self._refused = refused

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value in self._refused:
            option["attrs"]["disabled"] = True
        return option


class AcceptForm(RequestForm):
    """The form for asking, without what the invitation says already."""

    # Asked of whoever has another address than the one that was invited.
    is_meant = forms.BooleanField(
        label=_("The invitation is for me, and I go on with this account"),
        error_messages={
            "required": _(
                "Tick this box to go on. If the invitation is for somebody else, leave this page: "
                "they can still use it."
            )
        },
    )

    def __init__(
        self,
        *args: Any,
        person: User,
        fit: Fit,
        is_same_address: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, person=person, **kwargs)
        invitations = fit.rows
        for name in ("ccn", "role", "affiliation"):
            del self.fields[name]
        if is_same_address:
            del self.fields["is_meant"]
        self.is_to_be_pso = invitations[0].role.is_pso
        if not (self.is_to_be_pso and fit.has_no_pso):
            del self.fields["administrator_name"]
            del self.fields["administrator_contact"]
        self._only = invitations[0].pk if len(invitations) == 1 else None
        if self._only is None:
            self.fields["chosen"] = forms.TypedMultipleChoiceField(
                label=_("Providers"),
                coerce=int,
                choices=[
                    (
                        each.pk,
                        f"{each.provider.display_name}, {each.provider.place} "
                        f"(CCN {each.provider.ccn})",
                    )
                    for each in invitations
                ],
                initial=[each.pk for each in fit.possible],
                widget=_Offered({each.pk for each, _why in fit.refused}),
                error_messages={
                    "required": _("Tick at least one provider, or decline."),
                    "invalid_choice": _("Choose providers from the list."),
                },
            )
        self.order_fields(["is_meant", "chosen"])

    def chosen_ids(self) -> list[int]:
        return [self._only] if self._only is not None else self.cleaned_data["chosen"]

    def said(self) -> Said:
        said = self.cleaned_data
        return Said(
            # How they belong there is the invitation's to say, for each CCN.
            statement=Statement(
                affiliation=Affiliation.EMPLOYED,
                job_title=said["job_title"],
                employer=said["employer"],
                administrator_name=said.get("administrator_name", ""),
                administrator_contact=said.get("administrator_contact", ""),
                attests_small_organization=said.get("attests_small_organization", False),
                attests_no_corporate_email=said.get("attests_no_corporate_email", False),
            ),
            legal_name=said.get("legal_name", ""),
            keep_in_profile=said.get("keep_in_profile", False),
        )


class DeclineForm(forms.Form):
    no_more = forms.BooleanField(
        label=_("Send no invitations to my address any more, whoever sends them."), required=False
    )
