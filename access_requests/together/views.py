"""Several requests at a time: ticked on the queue, read once more on a page of their own, decided
in one step, and then a page that says what happened to each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access_requests import workflow
from access_requests.forms import RejectForm
from access_requests.models import RejectionReason, RoleAssignment
from access_requests.together import choosing, kept, results
from access_requests.together.choosing import Chosen
from access_requests.workflow.together import Outcome
from accounts import kept_forms, second_factor
from accounts.http import person_of

# Of an explanation; its field says more when it is too long.
_MOST_TYPED: Final = 4000

View = Callable[[HttpRequest, Chosen], HttpResponse]


def require_pso(request: HttpRequest) -> None:
    """These are pages of whoever decides as a PSO; to others there are none."""
    if not RoleAssignment.objects.active().psos().filter(user=person_of(request)).exists():
        raise Http404


def of_several(
    read: Callable[[QueryDict], Chosen],
) -> Callable[[View], Callable[[HttpRequest], HttpResponse]]:
    """The view gets what was chosen. Whoever comes by GET, having had to sign in again in between,
    or without a choice, is back at the queue."""

    def mark(view: View) -> Callable[[HttpRequest], HttpResponse]:
        @wraps(view)
        @require_http_methods(["GET", "HEAD", "POST"])
        def inner(request: HttpRequest) -> HttpResponse:
            chosen = read(request.POST)
            if chosen.ids and not chosen.too_many and request.method == "POST":
                return view(request, chosen)
            require_pso(request)
            if chosen.too_many:
                said = _("At most %(n)d requests can be decided at a time. Nothing was decided.")
                messages.error(request, said % {"n": choosing.MOST})
            elif request.method == "POST":
                messages.info(request, _("Select at least one request, then press the button."))
            return redirect(_back(request))

        return inner

    return mark


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Nothing is decided here. What is sent is kept, and read at an address of its own: whoever
    opens one of the requests from there can come back."""
    word = request.GET.get("n", "")
    if request.method == "POST" or not word:
        return _keep(request)
    found = kept.read(request, word)
    if found is not None:
        chosen, typed = found
        return _page(request, chosen, RejectForm(initial=typed), word=word)
    require_pso(request)
    messages.info(request, _("These requests are no longer selected. Select them again."))
    return redirect(_back(request))


@of_several(choosing.chosen_on_queue)
def _keep(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    """What was typed for rejecting stays when one is left out."""
    require_pso(request)
    typed = {
        name: request.POST.get(f"reject-{name}", "")[:_MOST_TYPED]
        for name in RejectForm.base_fields
    }
    word = kept.keep(request, chosen, typed)
    return redirect(_address("together:choose", request, word))


@of_several(choosing.chosen_to_approve)
def approve(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    second_factor.require_fresh(request)
    outcomes = workflow.approve_many(chosen.ids, by=person_of(request), seen=chosen.seen)
    return _decided(request, "approve", outcomes, chosen)


@kept_forms.keeps(lambda reader: _("Reject several requests"))
@of_several(choosing.chosen_on_queue)
def reject(request: HttpRequest, chosen: Chosen) -> HttpResponse:
    form = RejectForm(request.POST)
    if not form.is_valid():
        word = request.POST.get("n", "")
        read = replace(chosen, seen=kept.seen(request, word) | chosen.seen)
        return _page(request, read, form, word=word, status=422)
    second_factor.require_fresh(request)
    outcomes = workflow.reject_many(
        chosen.ids,
        by=person_of(request),
        reason=RejectionReason(form.cleaned_data["reason"]),
        explanation=form.cleaned_data["explanation"],
    )
    return _decided(request, "reject", outcomes, chosen)


@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """Reading it again changes nothing."""
    require_pso(request)
    found = results.read(request, request.GET.get("n", ""), person_of(request))
    if found is None:
        messages.info(request, _("What was decided stands on the page of each request."))
        return redirect("access_requests:queue")
    return render(request, "together/result.html", {"result": found, "back_url": _back(request)})


def _page(
    request: HttpRequest, chosen: Chosen, form: RejectForm, *, word: str, status: int = 200
) -> HttpResponse:
    require_pso(request)
    context = {
        "choice": choosing.choice(chosen, person_of(request)),
        "form": form,
        "word": word,
        "back": _narrowed(request).urlencode(),
        "back_url": _back(request),
    }
    return render(request, "together/choose.html", context, status=status)


def _decided(
    request: HttpRequest, step: str, outcomes: Sequence[Outcome], chosen: Chosen
) -> HttpResponse:
    # Whoever has decided anything is a PSO.
    if not any(each.is_done for each in outcomes):
        require_pso(request)
    number = results.keep(request, step, outcomes, person_of(request), chosen.meanwhile)
    kept.forget(request, request.POST.get("n", ""))
    return redirect(_address("together:result", request, str(number)))


def _address(page: str, request: HttpRequest, number: str) -> str:
    address = QueryDict(mutable=True)
    address["n"] = number
    if query := _narrowed(request).urlencode():
        address["back"] = query
    return f"{reverse(page)}?{address.urlencode()}"


def _back(request: HttpRequest) -> str:
    """The queue, narrowed as it was."""
    query = _narrowed(request).urlencode()
    return reverse("access_requests:queue") + (f"?{query}" if query else "")


def _narrowed(request: HttpRequest) -> QueryDict:
    """How the queue was narrowed: what stood behind the question mark in its address."""
    said = request.POST if request.method == "POST" else request.GET
    return QueryDict(said.get("back", "")[:500])
