"""The page behind the link below each campaign email. No sign-in; opening it does nothing."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from access_requests.campaigns import declining
from accounts.limits import DAY, HOUR, is_within, per_address, refusal_of


class DeclineForm(forms.Form):
    providers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("I am not the right person for"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Tick at least one provider."),
            "invalid_choice": gettext_lazy("Choose providers from the list."),
        },
    )

    def __init__(self, *args: object, asked: declining.Asked, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        here = [each.provider for each in asked.written_to]
        self.fields["providers"].choices = [  # type: ignore[attr-defined]
            (each.pk, f"{each.display_name}, {each.place} (CCN {each.ccn})") for each in here
        ]
        self.fields["providers"].initial = [each.pk for each in here]


# Of the pages by one address; a chain's office may have only one. And of changes by one letter.
PAGES = (120, HOUR)
CHANGES_BY_A_LETTER = (10, DAY)


@login_not_required
@never_cache
@per_address("declines", PAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """An old link and one made up look the same."""
    asked = declining.asked_by(token)
    if asked is None:
        return render(request, "campaigns/decline_unknown.html", status=404)
    is_undo = request.method == "POST" and "undo" in request.POST
    form = DeclineForm(
        request.POST if request.method == "POST" and not is_undo else None, asked=asked
    )
    if is_undo or (request.method == "POST" and asked.written_to and form.is_valid()):
        if not is_within(f"campaign-decline:{asked.letter.pk}", [CHANGES_BY_A_LETTER]):
            return refusal_of(request, DAY)
        if is_undo:
            declining.undo(asked)
            messages.success(request, _("CMS writes to you about these providers again."))
        else:
            declining.decline(asked, form.cleaned_data["providers"])
            messages.success(
                request, _("Thank you. CMS sends you no more campaign letters about these.")
            )
        return redirect(request.path)
    context = {"asked": asked, "form": form}
    status = 422 if asked.written_to and form.errors else 200
    return render(request, "campaigns/decline.html", context, status=status)
