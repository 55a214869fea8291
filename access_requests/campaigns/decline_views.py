"""The page behind the link below each campaign email. No sign-in; opening it does nothing."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from access_requests.campaigns import declining


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
        here = [each.provider for each in asked.contacts]
        self.fields["providers"].choices = [  # type: ignore[attr-defined]
            (each.pk, f"{each.display_name}, {each.place} (CCN {each.ccn})") for each in here
        ]
        self.fields["providers"].initial = [each.pk for each in here]


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, token: str) -> HttpResponse:
    asked = declining.asked_by(token)
    if asked is None:
        raise Http404
    form = DeclineForm(request.POST if request.method == "POST" else None, asked=asked)
    if request.method == "POST" and asked.contacts and form.is_valid():
        declining.decline(asked, form.cleaned_data["providers"])
        messages.success(
            request, _("Thank you. CMS will not write to you about these providers again.")
        )
        return redirect(request.path)
    context = {"asked": asked, "form": form}
    status = 422 if asked.contacts and form.errors else 200
    return render(request, "campaigns/decline.html", context, status=status)
