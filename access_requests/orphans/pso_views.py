"""Reaching one PSO: the attempts, and the end of the role when they were enough."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access_requests import workflow
from access_requests.looks import record_look
from access_requests.models import AccessRequest, AssignmentStatus, ReachAttempt, RoleAssignment
from access_requests.orphans import attempts, reaching
from access_requests.orphans.forms import AttemptForm
from access_requests.policy import StepRefused
from access_requests.reports import reports
from accounts import bounces, kept_forms, second_factor
from accounts.cms_only import reviewers_only
from accounts.http import person_of


@reviewers_only
@require_safe
def pso(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, pk)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader, pk: _("Write down an attempt to reach a PSO"))
def record_attempt(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return redirect("orphans:pso", pk=pk)
    assignment = _role(pk)
    form = AttemptForm(request.POST, gets_email=assignment.user.is_active)
    if not form.is_valid():
        return _show(request, pk, form=form, status=422)
    second_factor.require_fresh(request)
    said = form.cleaned_data
    try:
        attempts.record(
            pk,
            by=person_of(request),
            how=ReachAttempt.How(said["how"]),
            outcome=ReachAttempt.Outcome(said["outcome"]),
            note=said["note"],
        )
    except StepRefused as refusal:
        return _show(request, pk, refusal=str(refusal), status=409)
    messages.success(request, _("The attempt is on record."))
    return redirect("orphans:pso", pk=pk)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return redirect("orphans:pso", pk=pk)
    assignment = _role(pk)
    second_factor.require_fresh(request)
    try:
        workflow.revoke_unreachable(pk, by=person_of(request))
    except StepRefused as refusal:
        return _show(request, pk, refusal=str(refusal), status=409)
    said = _("Revoked. %(person)s and everybody concerned were told.")
    messages.success(request, said % {"person": assignment.user})
    return redirect("orphans:of_provider", ccn=assignment.provider.ccn)


def _role(pk: int) -> RoleAssignment:
    roles = RoleAssignment.objects.psos().select_related("user", "provider")
    return get_object_or_404(roles, pk=pk)


def _show(
    request: HttpRequest,
    pk: int,
    *,
    form: AttemptForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    assignment = _role(pk)
    person, provider = assignment.user, assignment.provider
    record_look(request, person, provider, assignment.access_request_id)
    others = RoleAssignment.objects.active().psos().filter(provider=provider).exclude(pk=pk)
    is_over = assignment.status == AssignmentStatus.ENDED
    is_last = not is_over and not others.exists()
    waiting = AccessRequest.objects.open().filter(provider=provider)
    context = {
        "assignment": assignment,
        "email_text": "\n\n".join(attempts.words_to(assignment)),
        "reports": list(reports.standing_at(provider.pk).filter(about=person)),
        "person": person,
        "provider": provider,
        "search": reaching.search_for(assignment),
        "needed": reaching.ATTEMPTS,
        "apart": reaching.APART,
        "email_days": reaching.TO_ANSWER[ReachAttempt.How.EMAIL],
        "letter_days": reaching.TO_ANSWER[ReachAttempt.How.LETTER],
        "email_comes_back": bounces.is_bounced(person.email),
        "is_over": is_over,
        "is_last_pso": is_last,
        "open_requests": waiting.count() if is_last else 0,
        "form": None if is_over else form or AttemptForm(gets_email=person.is_active),
        "refusal": refusal,
    }
    return render(request, "orphans/pso.html", context, status=status)
