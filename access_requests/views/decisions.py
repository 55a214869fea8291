"""The steps taken on a request's page. Each is a POST; the workflow judges it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from access_requests import policy, workflow
from access_requests.desk import ready
from access_requests.forms import AnswerForm, RejectForm, ReturnForm
from access_requests.models import AccessRequest, RejectionReason
from access_requests.people.days import Invited, LastDay
from access_requests.people.forms import EndDateForm
from access_requests.policy import StepRefused
from access_requests.refused import for_decider
from access_requests.statement import NotEligible
from access_requests.views.requests import show
from accounts import kept_forms, second_factor
from accounts.http import person_of
from accounts.models import User

View = Callable[..., HttpResponse]
_MOST_NAMED = 10


def step(view: View) -> View:
    """A refused step answers 409 on the request's page, saying why; an unseen request is a 404.

    Whoever had to sign in again in between comes back by GET: they are shown the request and
    take the step anew. Whoever only had to show their second factor again has it taken at once.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def inner(request: HttpRequest, pk: int, **named: Any) -> HttpResponse:
        if request.method != "POST":
            return redirect("access_requests:detail", pk=pk)
        try:
            return view(request, pk, **named)
        except AccessRequest.DoesNotExist as missing:
            raise Http404 from missing
        except (StepRefused, NotEligible) as refusal:
            return show(request, pk, status=409, refusal=for_decider(refusal))

    return inner


@step
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    # Where nothing is said of the last day, what the invitation says holds.
    ends_on: LastDay = Invited.AS_INVITED
    if "ends_on" in request.POST:
        form = EndDateForm(request.POST)
        if not form.is_valid():
            return _faulty(request, pk, policy.authority_to_decide, end_date_form=form)
        ends_on = form.cleaned_data["ends_on"]
    second_factor.require_fresh(request)
    # The page says what its reader saw. Who posts without a page (PRODUCT.md, section 5, lists
    # the address alone) has nothing that could have changed meanwhile.
    seen = request.POST.get("seen") or None
    approved = workflow.approve(pk, by=person_of(request), seen=seen, ends_on=ends_on)
    messages.success(
        request,
        _("Approved: %(person)s now has the role %(role)s. They have been told.")
        % {"person": approved.requester, "role": approved.role},
    )
    rivals = [each for each in approved.handed_over if each.is_for_pso_role]
    if rivals:
        said = ngettext(
            "The PSO request of %(who)s is now theirs to decide.",
            "The PSO requests of %(who)s are now theirs to decide.",
            len(rivals),
        )
        who = ", ".join(str(each.requester) for each in rivals[:_MOST_NAMED])
        messages.info(request, said % {"who": who})
    return redirect(approved)


@step
@kept_forms.keeps(lambda reader, pk: _("Reject request %(pk)s") % {"pk": pk})
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    form = RejectForm(request.POST)
    if not form.is_valid():
        return _faulty(request, pk, policy.authority_to_decide, reject_form=form)
    second_factor.require_fresh(request)
    rejected = workflow.reject(
        pk,
        by=person_of(request),
        reason=RejectionReason(form.cleaned_data["reason"]),
        explanation=form.cleaned_data["explanation"],
    )
    messages.success(
        request,
        _("Rejected. %(person)s was told the reason and the next step.")
        % {"person": rejected.requester},
    )
    return redirect(rejected)


@step
@kept_forms.keeps(lambda reader, pk: _("Return request %(pk)s with a question") % {"pk": pk})
def return_for_information(request: HttpRequest, pk: int) -> HttpResponse:
    is_reviewer = person_of(request).is_cms_reviewer
    form = ReturnForm(request.POST, ready=ready.choices() if is_reviewer else None)
    if not form.is_valid():
        return _faulty(request, pk, policy.authority_to_decide, return_form=form)
    second_factor.require_fresh(request)
    returned = workflow.return_for_information(
        pk, by=person_of(request), question=form.cleaned_data["question"]
    )
    messages.success(
        request,
        _("Returned. %(person)s was asked, and the request keeps its place.")
        % {"person": returned.requester},
    )
    return redirect(returned)


@step
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    second_factor.require_fresh(request)
    taken_back = workflow.take_back(pk, by=person_of(request))
    messages.success(request, _("The question was taken back. The request can be decided again."))
    return redirect(taken_back)


@step
@kept_forms.keeps(lambda reader, pk: _("Answer the question about request %(pk)s") % {"pk": pk})
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _faulty(request, pk, policy.require_answerer, answer_form=form)
    answered = workflow.answer(pk, by=person_of(request), text=form.cleaned_data["answer"])
    messages.success(request, _("Your answer was sent to whoever decides."))
    return redirect(answered)


@step
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    withdrawn = workflow.withdraw(pk, by=person_of(request))
    messages.success(request, _("Your request was withdrawn. You can ask again at any time."))
    return redirect(withdrawn)


def _faulty(
    request: HttpRequest, pk: int, require: Callable[[User, AccessRequest], object], **form: Any
) -> HttpResponse:
    """422: what was typed stays in its form, and the error summary at the top points there.

    Who may not take the step anyway has no such form; `require` raises what they read instead.
    """
    user = person_of(request)
    seen = policy.with_standing(policy.visible_requests(user), user)
    require(user, seen.select_related("decided_by").get(pk=pk))
    return show(request, pk, status=422, **form, form=next(iter(form.values())))
