"""CMS's side of the queue, and what a reviewer writes down on a case's page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access_requests import keyset, policy
from access_requests.desk import filters, flags, page, returned, said, steps, waiting
from access_requests.desk.ages import Age
from access_requests.desk.checks import BY_CODE
from access_requests.desk.clean import is_clean
from access_requests.desk.filters import Filters
from access_requests.desk.forms import CheckForm
from access_requests.looks import record_looks
from access_requests.models import CheckConfirmation, ContactAttempt
from access_requests.views.decisions import step
from access_requests.views.requests import show
from accounts import kept_forms, second_factor
from accounts.cms_only import reviewers_only
from accounts.http import person_of


def queue(request: HttpRequest) -> HttpResponse:
    """The first-PSO cases, oldest first. The caller has seen that a reviewer asks."""
    user = person_of(request)
    chosen = Filters.read(request.GET)
    key = keyset.read(request.GET.get("after", ""))
    found = waiting.page(user, chosen, key)
    choices = waiting.choices(user)
    record_looks(request, [case.facts.request for case in found.cases])
    rows = [
        (case, Age.of(case.facts.request.submitted_at), flags.flags_of(case), is_clean(case))
        for case in found.cases
    ]
    context = {
        "rows": rows,
        "any_clean": any(clean for *_rest, clean in rows),
        "filters": chosen,
        "choices": choices,
        "all_flags": flags.FLAGS,
        "all_ages": filters.AGES.items(),
        "matching": found.matching,
        "most_counted": waiting.MOST_COUNTED,
        "chain_name": next((name for pk, name, _n in choices.chains if pk == chosen.chain), ""),
        "state_has_cases": chosen.state in dict(choices.states),
        "flag": flags.BY_CODE.get(chosen.flag),
        "age_label": filters.AGES.get(chosen.age, ""),
        "next_url": chosen.url(request.path, keyset.write(*found.after)) if found.after else "",
        "first_url": chosen.url(request.path) if key else "",
        "returned": returned.count(),
        "most_returned": returned.MOST_COUNTED,
    }
    return render(request, "desk/queue.html", context)


@reviewers_only
@step
@kept_forms.keeps(lambda reader, pk, code: _("Answer a check of request %(pk)s") % {"pk": pk})
def answer_check(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    check = BY_CODE.get(code)
    if check is None or not check.is_answered:
        raise Http404
    user = person_of(request)
    case = waiting.case_of(pk, user)
    form = CheckForm(request.POST, check=check, finding=case.by_code[code].finding)
    if not form.is_valid():
        policy.authority_to_decide(user, case.facts.request)
        return show(request, pk, status=422, check_form=form, form=form)
    second_factor.require_fresh(request)
    answer = CheckConfirmation.Answer(form.cleaned_data["answer"])
    steps.answer_check(pk, by=user, code=code, answer=answer, note=form.cleaned_data["note"])
    said.keep(request, pk, code, _("Kept: %(answer)s.") % {"answer": str(answer.label).lower()})
    return redirect(f"{case.facts.request.get_absolute_url()}#check-{code}")


@reviewers_only
@step
@kept_forms.keeps(lambda reader, pk: _("Record an attempt for request %(pk)s") % {"pk": pk})
def record_attempt(request: HttpRequest, pk: int) -> HttpResponse:
    user = person_of(request)
    access_request = waiting.case_of(pk, user).facts.request
    form = page.attempt_form(access_request, request.POST)
    if not form.is_valid():
        policy.authority_to_decide(user, access_request)
        return show(request, pk, status=422, attempt_form=form, form=form)
    second_factor.require_fresh(request)
    written = form.cleaned_data
    steps.record_attempt(
        pk,
        by=user,
        how=ContactAttempt.How(written["how"]),
        reached_at=written["reached_at"],
        outcome=ContactAttempt.Outcome(written["outcome"]),
        who=written["who"],
        note=written["note"],
    )
    said.keep(request, pk, said.SECOND_PATH, _("The attempt was kept."))
    return redirect(f"{access_request.get_absolute_url()}#{said.SECOND_PATH}")
