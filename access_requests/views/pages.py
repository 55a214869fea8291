"""Home, by role, and help."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access_requests import queue
from access_requests.models import Role
from access_requests.service_center.forms import SearchForm
from access_requests.views import cms_home, person_home
from accounts.models import User
from providers.models import Program


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What matters to this person now; to a visitor, what the portal is."""
    user = request.user
    if not isinstance(user, User):
        return render(request, "access_requests/home_visitor.html")
    if user.is_cms:
        return render(request, "access_requests/home_cms.html", _for_cms(user))
    return render(request, "access_requests/home.html", person_home.context(user))


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
