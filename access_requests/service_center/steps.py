"""What an agent can do during a call. Opened without sending anything, each leads to the person's
page; the rules are those of accounts.agent_steps and accounts.factor_reset.
"""

from __future__ import annotations

from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from access_requests import keyset
from access_requests.looks import record_look
from access_requests.models import AccessRequest
from access_requests.service_center import case, views
from access_requests.service_center.forms import NoteForm, TicketForm
from access_requests.service_center.views import View, for_cms
from accounts import agent_steps, case_notes, factor_reset, kept_forms, second_factor
from accounts.http import person_of
from accounts.models import User


def step(view: View) -> View:
    @wraps(view)
    def inner(request: HttpRequest, pk: int) -> HttpResponse:
        whom = get_object_or_404(User, pk=pk)
        if request.method != "POST":
            return _back_to(whom)
        return view(request, whom)

    return for_cms(require_http_methods(["GET", "HEAD", "POST"])(inner))


@step
def unlock(request: HttpRequest, whom: User) -> HttpResponse:
    agent_steps.require_agent(person_of(request), whom)
    second_factor.require_fresh(request)
    agent_steps.unlock(whom, by=person_of(request))
    messages.success(request, _("Unlocked. The person can sign in at once, and was told by email."))
    return _back_to(whom)


@step
def send_again(request: HttpRequest, whom: User) -> HttpResponse:
    agent_steps.require_agent(person_of(request), whom)
    second_factor.require_fresh(request)
    email = case.email_of(whom, keyset.read_id(request.POST.get("email", "")) or 0)
    if email is None:
        raise Http404
    try:
        agent_steps.send_again(email, person=whom, by=person_of(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        said = _("“%(subject)s” is on its way again, to %(address)s.")
        messages.success(request, said % {"subject": email.subject, "address": whom.email})
    return _back_to(whom)


@step
@kept_forms.keeps(lambda reader, pk: _("Write a case note"))
def write_note(request: HttpRequest, whom: User) -> HttpResponse:
    agent_steps.require_agent(person_of(request), whom)
    number = keyset.read_id(request.POST.get("request", "")) or 0
    named = AccessRequest.objects.filter(pk=number, requester=whom)
    form = NoteForm(request.POST, requests=named.select_related("role", "provider"))
    if not form.is_valid():
        return views.show(request, whom.pk, note_form=form, status=422)
    said = form.cleaned_data
    case_notes.write(
        person=whom,
        by=person_of(request),
        ticket=said["ticket"],
        text=said["text"],
        request_id=said["request"],
    )
    messages.success(request, _("The note is kept."))
    return _back_to(whom)


@step
def stop_reset(request: HttpRequest, whom: User) -> HttpResponse:
    _refuse_oneself(request, whom)
    second_factor.require_fresh(request)
    reset = factor_reset.open_reset_of(whom)
    try:
        if reset is None:
            raise ValidationError(_("No reset is under way."))
        factor_reset.stop(reset, by=person_of(request))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Stopped. The second factor stays, and the person was told."))
    return _back_to(whom)


@for_cms
@require_http_methods(["GET", "HEAD", "POST"])
def start_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of its own: what happens when is read before it is started."""
    whom = get_object_or_404(User, pk=pk)
    _refuse_oneself(request, whom)
    form = TicketForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        second_factor.require_fresh(request)
        if form.is_valid() and _started(request, whom, form):
            messages.success(request, _("The reset has started, and the person was told."))
            return _back_to(whom)
    hours = round(settings.FACTOR_RESET_DELAY.total_seconds() / 3600)
    delay = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return _ask_for_ticket(request, "reset.html", whom, form, delay=delay)


def _started(request: HttpRequest, whom: User, form: TicketForm) -> bool:
    try:
        factor_reset.start(whom, by=person_of(request), ticket=form.cleaned_data["ticket"])
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True


@for_cms
@require_http_methods(["GET", "HEAD", "POST"])
def clear_bounce(request: HttpRequest, pk: int) -> HttpResponse:
    whom = get_object_or_404(User, pk=pk)
    agent_steps.require_agent(person_of(request), whom)
    form = TicketForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        second_factor.require_fresh(request)
        ticket = form.cleaned_data["ticket"]
        if agent_steps.clear_bounce(whom, by=person_of(request), ticket=ticket):
            messages.success(request, _("The flag is gone. An email to the person tries it now."))
        else:
            messages.info(request, _("Email to this person does not come back."))
        return _back_to(whom)
    return _ask_for_ticket(request, "clear_bounce.html", whom, form)


def _ask_for_ticket(
    request: HttpRequest, template: str, whom: User, form: TicketForm, **more: str
) -> HttpResponse:
    record_look(request, whom, None)
    return render(
        request,
        f"access_requests/service_center/{template}",
        {"person": whom, "form": form, **more},
        status=422 if form.errors else 200,
    )


def _refuse_oneself(request: HttpRequest, whom: User) -> None:
    if person_of(request).pk == whom.pk:
        raise PermissionDenied(_("Ask a colleague: nobody does this for their own account."))


def _back_to(whom: User) -> HttpResponse:
    return redirect("access_requests:service_center_person", whom.pk)
