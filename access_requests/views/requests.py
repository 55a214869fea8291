"""The requester's pages: my requests, ask for a role, and the page of one request."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access_requests import evidence, keyset, now, policy, timeline, workflow
from access_requests.desk import page as desk_page
from access_requests.desk import said as desk_said
from access_requests.forms import AnswerForm, RejectForm, RequestForm
from access_requests.groups import parts as groups
from access_requests.history import parts as history
from access_requests.invitations import parts as invitations
from access_requests.looks import record_look
from access_requests.models import AccessRequest, Status, UnlistedProvider
from access_requests.people.forms import approval_form
from access_requests.pso_queue import parts as pso_queue
from access_requests.seen import fingerprint
from access_requests.statement import NotEligible
from access_requests.unlisted.forms import kept_words
from access_requests.waiting import parts as waiting
from accounts import bounces, kept_forms, notices
from accounts.http import person_of
from accounts.models import User
from providers.models import Provider

PAGE_SIZE = 25
MOST_EARLIER = 10


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My requests, newest first; where wanted without those of forms for several CCNs."""
    user = person_of(request)
    rows = AccessRequest.objects.filter(requester=user)
    single_only = request.GET.get("kind") == "single"
    if single_only:
        rows = rows.filter(group_line=None)
    after = keyset.read_id(request.GET.get("after", ""))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(
        now.with_psos_counted(policy.with_standing(rows, user))
        .select_related("provider", "role")
        .order_by("-pk")[: PAGE_SIZE + 1]
    )
    shown = found[:PAGE_SIZE]
    return render(
        request,
        "access_requests/request_list.html",
        {
            "rows": [(each, now.in_a_few_words(each, user)) for each in shown],
            "single_only": single_only,
            "next_url": _page_url(request, single_only, shown[-1].pk) if found[PAGE_SIZE:] else "",
            "first_url": _page_url(request, single_only) if after is not None else "",
            "reports": [] if after is not None else _reports(user),
            **({} if after is not None else groups.on_list(user)),
        },
    )


def _page_url(request: HttpRequest, single_only: bool, after: int | None = None) -> str:
    said = {"kind": "single" if single_only else "", "after": after}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{request.path}?{query}" if query else request.path


def _reports(user: User) -> list[UnlistedProvider]:
    """Providers that this person told CMS about, newest first."""
    mine = UnlistedProvider.objects.filter(reporter=user).select_related("provider")
    return list(mine[:MOST_EARLIER])


@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader: _("Ask for a role"))
def new(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    if user.is_cms:
        raise PermissionDenied(
            _("CMS reviewers and Service Center agents cannot hold a role at a provider.")
        )
    if request.method != "POST":
        initial = {"ccn": request.GET.get("ccn", ""), "role": request.GET.get("role", "")}
        # What was kept of a request that could not be filed when its provider was added.
        if number := keyset.read_id(request.GET.get("report", "")):
            kept = UnlistedProvider.objects.filter(reporter=user, pk=number)
            initial |= kept_words(kept[0]) if kept else {}
        form = RequestForm(person=user, initial=initial)
        return render(request, "access_requests/request_form.html", {"form": form})
    form = RequestForm(request.POST, person=user)
    if form.is_valid() and form.provider is not None:
        try:
            filed = workflow.submit(
                requester=user,
                provider=form.provider,
                role=form.cleaned_data["role"],
                statement=form.statement(),
                legal_name=form.cleaned_data.get("legal_name", ""),
                keep_in_profile=form.cleaned_data.get("keep_in_profile", False),
            )
        except NotEligible as refusal:
            form.add_refusal(refusal.field, str(refusal))
        except Provider.DoesNotExist:
            # Its row became one with that of the provisional identifier at this moment.
            form.add_error("ccn", _("This provider has just been changed by CMS. Send it again."))
        else:
            messages.success(request, _("Your request was submitted."))
            return redirect(filed)
    return render(request, "access_requests/request_form.html", {"form": form}, status=422)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    return show(request, pk)


def show(request: HttpRequest, pk: int, *, status: int = 200, **bound: Any) -> HttpResponse:
    """The page of one request; a refused or faulty step comes back to it with its form bound."""
    user = person_of(request)
    access_request = get_object_or_404(
        policy.with_standing(policy.visible_requests(user), user)
        .select_related(
            "requester",
            "provider",
            "provider__chain",
            "role",
            "decided_by",
            "role_assignment",
            "invitation",
        )
        .annotate(**{"email_comes_back": bounces.comes_back("requester__email")}),
        pk=pk,
    )
    record_look(request, access_request.requester, access_request.provider, access_request.pk)
    questions = list(access_request.questions.select_related("asked_by"))
    may_decide = policy.may_decide(user, access_request)
    is_mine = access_request.requester_id == user.pk
    open_question = questions[-1] if access_request.status == Status.RETURNED else None
    steps, step_reached = now.steps(access_request)
    desk = desk_page.context(access_request, user, bound)
    others = _of_others(access_request, user)
    # A PSO reads it among what is known.
    knows_domain = is_mine or "pso_queue_notes" in others
    context = {
        "access_request": access_request,
        "provider": access_request.provider,
        "is_mine": is_mine,
        "may_decide": may_decide,
        "seen": fingerprint(access_request),
        "may_take_back": open_question is not None and policy.may_take_back(user, open_question),
        "open_question": open_question,
        "now": now.now(access_request, user),
        "may_ask_again": is_mine and now.may_ask_again(access_request),
        "steps": steps,
        "step_reached": step_reached,
        "entries": timeline.entries(access_request, user, questions),
        "deliveries": _deliveries(access_request, user),
        "email_evidence": None if knows_domain else evidence.email_evidence(access_request),
        "earlier": [] if is_mine else _earlier(access_request),
        "rivals": [] if is_mine else _rivals(access_request),
        "reject_form": RejectForm() if may_decide else None,
        "return_form": desk_page.return_form(desk) if may_decide else None,
        "end_date_form": approval_form(access_request) if may_decide else None,
        "answer_form": AnswerForm() if is_mine and open_question else None,
        "said": desk_said.take(request, access_request.pk),
        **desk,
        **others,
        **bound,
    }
    return render(request, "access_requests/request_detail.html", context, status=status)


def _of_others(access_request: AccessRequest, user: User) -> dict[str, Any]:
    """What other parts of the portal show on this page."""
    parts = (pso_queue, waiting, invitations, groups, history)
    return {
        name: part for each in parts for name, part in each.on_request(access_request, user).items()
    }


def _earlier(access_request: AccessRequest) -> list[AccessRequest]:
    """What else this person asked for at this CCN, newest first."""
    return list(
        AccessRequest.objects.filter(
            requester=access_request.requester_id, provider=access_request.provider_id
        )
        .exclude(pk=access_request.pk)
        .select_related("role")
        .order_by("-pk")[:MOST_EARLIER]
    )


def _rivals(access_request: AccessRequest) -> list[AccessRequest]:
    """Who else asks to be PSO at this CCN, for whoever decides a PSO request."""
    if not access_request.is_for_pso_role or not access_request.is_open:
        return []
    return list(
        AccessRequest.objects.open()
        .for_pso_role()
        .filter(provider=access_request.provider_id)
        .exclude(requester=access_request.requester_id)
        .select_related("requester")
        .order_by("submitted_at", "pk")[:MOST_EARLIER]
    )


def _deliveries(access_request: AccessRequest, user: User) -> list[notices.Delivery]:
    """What this person may know: their own emails and the requester's; CMS, all of them."""
    told = notices.deliveries_for_request(access_request.pk)
    may_know = {user.pk, access_request.requester_id}
    return [each for each in told if user.is_cms or each.recipient.pk in may_know]
