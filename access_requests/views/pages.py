"""Home, by role, and help."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access_requests import policy, queue
from access_requests.models import AccessRequest, Role, RoleAssignment, Status, UnlistedProvider
from access_requests.now import in_a_few_words
from access_requests.readiness.counts import Readiness
from access_requests.service_center.forms import SearchForm
from access_requests.views import cms_home
from accounts.models import User
from providers.models import Program

MOST_LISTED = 5
MOST_ROLES = 100


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What matters to this person now; to a visitor, what the portal is."""
    user = request.user
    if not isinstance(user, User):
        return render(request, "access_requests/home_visitor.html")
    if user.is_cms:
        return render(request, "access_requests/home_cms.html", _for_cms(user))
    return render(request, "access_requests/home.html", _for_person(user))


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    context = {
        "programs": Program.objects.order_by("name"),
        "roles": Role.objects.filter(is_offered=True),
    }
    return render(request, "access_requests/help.html", context)


def _for_cms(user: User) -> dict[str, Any]:
    return {
        "waiting": queue.count(user),
        "most_counted": queue.MOST_COUNTED,
        "search_form": SearchForm(),
        "errands": cms_home.errands() if user.is_cms_reviewer else [],
    }


def _for_person(user: User) -> dict[str, Any]:
    psos = (
        RoleAssignment.objects.active()
        .psos()
        .filter(provider=OuterRef("provider"))
        .order_by()
        .values("provider")
        .annotate(number=Count("pk"))
        .values("number")
    )
    roles = list(
        RoleAssignment.objects.not_ended()
        .filter(user=user)
        .annotate(**{"psos_here": Coalesce(Subquery(psos, output_field=IntegerField()), 0)})
        .select_related("provider", "role")
        .order_by("role__position", "provider__name", "pk")[: MOST_ROLES + 1]
    )
    requests = policy.with_standing(AccessRequest.objects.open().filter(requester=user), user)
    # Returned before pending: a question that waits for an answer is never left out.
    my_requests = list(
        requests.select_related("provider", "role").order_by("-status", "-pk")[:MOST_LISTED]
    )
    is_pso = any(each.role.is_pso for each in roles)
    return {
        "is_pso": is_pso,
        "waiting": queue.count(user) if is_pso else 0,
        "most_counted": queue.MOST_COUNTED,
        "roles": [(each, Readiness(each.psos_here)) for each in roles[:MOST_ROLES]],
        "most_roles": MOST_ROLES if len(roles) > MOST_ROLES else 0,
        "sole_pso_at": [each for each in roles if each.role.is_pso and each.psos_here == 1],
        "my_requests": [(each, in_a_few_words(each, user)) for each in my_requests],
        "missing": list(
            UnlistedProvider.objects.filter(
                reporter=user, status=UnlistedProvider.State.OPEN
            ).order_by("-pk")[:MOST_LISTED]
        ),
        "to_answer": [each for each in my_requests if each.status == Status.RETURNED],
    }
