"""The page of what is kept for a person, and the same for the page that fills it in again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts import kept_forms
from accounts.http import person_of

_LABELS = {"ccn": gettext_lazy("CCN")}


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    if request.method == "POST":
        number = request.POST.get("kept", "")
        if not number.isdecimal() or not kept_forms.throw_away(user, int(number)):
            raise Http404
        kept_forms.tell_session(request, user.pk)
        if "filled" not in request.POST:
            messages.success(request, _("Thrown away."))
        return redirect("accounts:kept_forms")
    shown = [
        (kept, kept_forms.heading_of(kept, user), pairs, facts(pairs))
        for kept in kept_forms.kept_by(user.pk)
        if (pairs := kept_forms.pairs_of(kept))
    ]
    context = {"kept": shown, "sent_again": kept_forms.SENT_AGAIN}
    return render(request, "accounts/kept_forms.html", context)


@require_safe
def typed(request: HttpRequest) -> HttpResponse:
    """What had not been sent yet, for portal/kept.js."""
    kept = kept_forms.kept_by(person_of(request).pk)
    return JsonResponse(
        {
            "forms": [
                {"id": each.pk, "path": each.path, "fields": kept_forms.pairs_of(each)}
                for each in kept
                if not each.was_sent
            ]
        }
    )


def facts(pairs: kept_forms.Pairs) -> list[tuple[str, str]]:
    """What was typed, as it can be read: "reject-explanation" is the explanation."""
    return [
        (str(_LABELS.get(name, _label(name))), _readable(value))
        for name, value in pairs
        if value.strip()
    ]


def _label(name: str) -> str:
    return name.rpartition("-")[2].replace("_", " ").capitalize()


def _readable(value: str) -> str:
    """A choice is sent by its code: assessment_viewer. A box that is ticked is sent as "on"."""
    if value == "on":
        return _("Yes")
    is_code = "_" in value and value.replace("_", "").isalpha() and value.islower()
    return value.replace("_", " ").capitalize() if is_code else value
