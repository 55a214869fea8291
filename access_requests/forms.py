"""What people type, and the error beside each field. Rules are the workflow's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from access_requests.models import AccessRequest, Affiliation, RejectionReason, Role
from access_requests.personal_domains import is_personal
from access_requests.statement import Statement
from accounts.fields import OneLineField
from accounts.models import User
from accounts.widgets import RadioTiles
from providers.answers import answer_for
from providers.models import Provider


class RequestForm(forms.Form):
    """Ask for one role at one CCN. Only the fields this person needs are on it."""

    ccn = forms.CharField(
        error_messages={"required": _("Enter the CCN of your provider.")},
        label=_("CMS Certification Number (CCN)"),
        max_length=60,
        help_text=_("Six characters, as on the provider's CMS letters. Example: 015009."),
    )
    role = forms.ModelChoiceField(
        error_messages={"required": _("Choose the role you need.")},
        label=_("Role"),
        queryset=Role.objects.filter(is_offered=True),
        empty_label=_("Choose a role"),
    )
    affiliation = forms.ChoiceField(
        label=_("How you belong to this provider"),
        choices=[
            (Affiliation.EMPLOYED, _("I work for it")),
            (Affiliation.VENDOR, _("I work for a vendor")),
        ],
        widget=RadioTiles(
            descriptions={
                Affiliation.EMPLOYED: _(
                    "The provider, or the organization that owns or operates it, employs me."
                ),
                Affiliation.VENDOR: _(
                    "My company has a contract with the provider: billing, software, consulting "
                    "or staffing."
                ),
            }
        ),
    )
    legal_name = OneLineField(
        error_messages={"required": _("Enter your legal name.")},
        label=_("Your legal name"),
        max_length=150,
        help_text=_("Whoever decides sees this name. It is kept in your account."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    job_title = OneLineField(
        error_messages={"required": _("Enter your job title.")},
        label=_("Job title"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    employer = OneLineField(
        error_messages={"required": _("Enter the name of your employer.")},
        label=_("Employer"),
        max_length=200,
        help_text=_("The organization that pays you. If you work for a vendor: its name."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    keep_in_profile = forms.BooleanField(
        label=_("Keep these two in my profile, for my next request."),
        initial=True,
        required=False,
    )
    attests_small_organization = forms.BooleanField(
        label=_("My organization handles at most two providers."), required=False
    )
    attests_no_corporate_email = forms.BooleanField(
        label=_("My organization has no mail domain of its own."), required=False
    )
    administrator_name = OneLineField(
        label=_("Name of the provider's administrator"), max_length=150, required=False
    )
    administrator_contact = OneLineField(
        label=_("How CMS can reach the administrator"),
        max_length=200,
        required=False,
        help_text=_("A phone number, or another way to reach the administrator directly."),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.provider: Provider | None = None
        # The address of the account does not do here: the page shows the ways out.
        self.needs_other_address = self.has_too_many_pso_ccns = False
        # The CCN may be right, and CMS's list wrong: the page offers to tell CMS.
        self.is_missing = False
        for name, value in _defaults(person).items():
            self.fields[name].initial = value
        self.has_personal_address = is_personal(person.email_domain)
        if person.full_name:
            del self.fields["legal_name"]
        if person.job_title and person.employer:
            del self.fields["keep_in_profile"]
        if not self.has_personal_address:
            del self.fields["attests_small_organization"]
            del self.fields["attests_no_corporate_email"]

    def clean_ccn(self) -> str:
        """Any spelling in, the provider's own CCN out; else the sentence for this answer."""
        answer = answer_for(self.cleaned_data["ccn"])
        # Dates are the workflow's to judge: before the general date the PSO role is open.
        if answer.provider is None or answer.answer == "closed":
            self.is_missing = answer.answer == "not_on_roster"
            raise forms.ValidationError(answer.message)
        self.provider = answer.provider
        return answer.provider.ccn

    def statement(self) -> Statement:
        said = self.cleaned_data
        is_pso = said["role"].is_pso
        return Statement(
            affiliation=Affiliation(said["affiliation"]),
            job_title=said["job_title"],
            employer=said["employer"],
            administrator_name=said["administrator_name"] if is_pso else "",
            administrator_contact=said["administrator_contact"] if is_pso else "",
            attests_small_organization=said.get("attests_small_organization", False),
            attests_no_corporate_email=said.get("attests_no_corporate_email", False),
        )

    def add_refusal(self, field: str, sentence: str) -> None:
        """Put the workflow's sentence beside its field, or at the top where it has none."""
        self.needs_other_address = field in {"email", "pso_ccns"}
        self.has_too_many_pso_ccns = field == "pso_ccns"
        self.add_error(field if field in self.fields else None, sentence)


def _defaults(person: User) -> dict[str, str]:
    """What the profile says, else what this person stated last; most people are employed."""
    last = AccessRequest.objects.filter(requester=person).order_by("-pk")
    stated = last.values_list("affiliation", "job_title", "employer").first()
    affiliation, job_title, employer = stated or (Affiliation.EMPLOYED, "", "")
    return {
        "affiliation": affiliation,
        "job_title": person.job_title or job_title,
        "employer": person.employer or employer,
    }


class RejectForm(forms.Form):
    prefix = "reject"
    reason = forms.ChoiceField(
        error_messages={"required": _("Choose a reason.")},
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *RejectionReason.choices],
    )
    explanation = forms.CharField(
        error_messages={
            "required": _("Explain the decision in a sentence. The requester reads it.")
        },
        label=_("Explanation for the requester"),
        max_length=2000,
        help_text=_("One sentence is enough. The requester reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReturnForm(forms.Form):
    """A question; `ready` are ready-made ones, of which one can stand before or instead of it."""

    prefix = "return"
    ready = forms.ChoiceField(
        label=_("Ready-made question"),
        required=False,
        help_text=_("It is asked as it stands, before what you write below."),
        widget=forms.Select(attrs={"data-ready-question": "id_return-question"}),
    )
    question = forms.CharField(
        error_messages={"required": _("Write the question for the requester.")},
        label=_("Question for the requester"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        *args: Any,
        ready: Sequence[tuple[str, str | list[tuple[str, str]]]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if ready is None:
            del self.fields["ready"]
            return
        cast(forms.ChoiceField, self.fields["ready"]).choices = ready
        self._texts = dict(pair for _title, found in ready for pair in _pairs(found))
        if self.is_bound and self.data.get(self.add_prefix("ready")) in self._texts:
            self.fields["question"].required = False

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        chosen = self._texts.get(said.get("ready", "")) if "ready" in self.fields else None
        parts = [chosen, said.get("question")]
        said["question"] = "\n\n".join(part for part in parts if part)
        return said


def _pairs(found: str | list[tuple[str, str]]) -> list[tuple[str, str]]:
    return found if isinstance(found, list) else []


class AnswerForm(forms.Form):
    answer = forms.CharField(
        error_messages={"required": _("Write your answer.")},
        label=_("Your answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RevokeForm(forms.Form):
    reason = OneLineField(
        error_messages={"required": _("Give the reason. The person who loses the role reads it.")},
        label=_("Reason"),
        max_length=500,
        help_text=_("The person who loses the role reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
