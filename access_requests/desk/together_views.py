"""Several clean cases at a time: chosen on the queue, confirmed on a page of their own, and then a
page that says what happened to each."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access_requests import keyset, policy
from access_requests.desk import together, waiting
from access_requests.desk.clean import why_not_clean
from access_requests.looks import record_looks
from access_requests.policy import StepRefused
from accounts import second_factor
from accounts.cms_only import reviewers_only
from accounts.http import person_of

_SESSION_KEY = "desk_approved"


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Nothing is decided here: the cases once more, and the button that does it."""
    ids = _chosen(request)
    if request.method != "POST":
        return redirect("access_requests:queue")
    if not ids:
        messages.info(request, _("Tick at least one clean case, then press the button again."))
        return redirect("access_requests:queue")
    user = person_of(request)
    cases = waiting.cases_of(ids, user)
    record_looks(request, [case.facts.request for case in cases])
    clean, left = [], []
    for case in cases:
        try:
            policy.authority_to_decide(user, case.facts.request)
        except StepRefused as refusal:
            left.append((case, [str(refusal)]))
            continue
        reasons = why_not_clean(case)
        if reasons:
            left.append((case, reasons))
        else:
            clean.append(case)
    return render(request, "desk/confirm.html", {"clean": clean, "left": left})


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest) -> HttpResponse:
    """Each is judged again under its lock. Sent twice, the second time finds them decided."""
    ids = _chosen(request)
    if request.method != "POST" or not ids:
        return redirect("access_requests:queue")
    second_factor.require_fresh(request)
    outcomes = together.approve_together(ids, by=person_of(request))
    request.session[_SESSION_KEY] = [
        [each.request_id, each.code, each.sentence] for each in outcomes
    ]
    return redirect("desk:approved")


@reviewers_only
@require_safe
def approved(request: HttpRequest) -> HttpResponse:
    """What happened to each of those sent last; reading it again changes nothing."""
    said = request.session.get(_SESSION_KEY, [])
    if not said:
        return redirect("access_requests:queue")
    cases = waiting.requests_of([pk for pk, _code, _sentence in said])
    record_looks(request, cases.values())
    rows = [(cases[pk], code, sentence) for pk, code, sentence in said if pk in cases]
    number = sum(code == together.APPROVED for _case, code, _sentence in rows)
    return render(request, "desk/approved.html", {"rows": rows, "number": number})


def _chosen(request: HttpRequest) -> list[int]:
    """One page's worth at most; what is no number is left out."""
    typed = (keyset.read_id(each) for each in request.POST.getlist("case"))
    return [pk for pk in dict.fromkeys(typed) if pk is not None][: waiting.PAGE_SIZE]
