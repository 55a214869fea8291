"""A provider's page: what everybody may know, and what its own people and CMS may know."""

from __future__ import annotations

from collections.abc import Collection

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from access_requests import contacts, policy
from access_requests.coverage import parts as coverage
from access_requests.coverage import standing
from access_requests.history import parts as history
from access_requests.invitations import parts as invitations
from access_requests.looks import record_look
from access_requests.models import AccessRequest, RoleAssignment
from access_requests.now import in_a_few_words
from accounts import bounces
from accounts.http import person_of
from accounts.models import User
from providers.models import Provider
from providers.programs import onboarding_of

MOST_PEOPLE = 300
MOST_REQUESTS = 100


@require_safe
def detail(request: HttpRequest, ccn: str) -> HttpResponse:
    user = person_of(request)
    try:
        provider = Provider.objects.get_by_ccn(ccn)
    except Provider.DoesNotExist as missing:
        raise Http404 from missing
    if provider.ccn != ccn:
        return redirect(provider)
    held = RoleAssignment.objects.not_ended().filter(provider=provider)
    there = standing.at(provider, user)
    psos = [each.assignment for each in there.psos]
    names_shown = policy.may_see_pso_names(user, provider)
    my_roles = list(held.filter(user=user).select_related("role"))
    my_requests = list(
        policy.with_standing(AccessRequest.objects.open(), user)
        .filter(provider=provider, requester=user)
        .select_related("role")
    )
    context = {
        "provider": provider,
        "onboarding": onboarding_of(provider, timezone.now()),
        "readiness": there.readiness,
        "psos": psos if names_shown else [],
        "my_roles": my_roles,
        "my_requests": my_requests,
    }
    if not names_shown and my_requests:
        # Not named to them; but whether the only one works there, they may know.
        context["nameless_pso"] = next(
            (each for each in psos[:1] if policy.may_report_pso(user, each)), None
        )
    if policy.may_see_people(user, provider):
        record_look(request, None, provider)
        context |= _people(user, provider, {each.user_id for each in psos})
    if user.is_cms:
        context |= _contacts(provider)
    has_asked = bool(my_roles or my_requests)
    context |= coverage.on_provider(provider, user, there, roles=my_roles, requests=my_requests)
    context |= invitations.on_provider(provider, user)
    context |= history.on_provider(provider, user, has_asked=has_asked)
    return render(request, "access_requests/provider_detail.html", context)


def _contacts(provider: Provider) -> dict[str, object]:
    known, most = contacts.at_provider(provider), contacts.MOST_AT_PROVIDER
    return {"contacts": known[:most], "most_contacts": most if len(known) > most else 0}


def _people(user: User, provider: Provider, psos: Collection[int]) -> dict[str, object]:
    """Who has a role here and who asks for one, and whether each list goes on."""
    held = RoleAssignment.objects.not_ended().filter(provider=provider)
    # Chosen by index before anything is joined: a CCN may have thousands.
    longest = AccessRequest.objects.open().filter(provider=provider)
    listed = longest.order_by("submitted_at", "pk").values("pk")[: MOST_REQUESTS + 1]
    asked = policy.with_standing(AccessRequest.objects.filter(pk__in=listed), user)
    asked = asked.annotate(**{"email_comes_back": bounces.comes_back("requester__email")})
    flagged = {"email_comes_back": bounces.comes_back("user__email")}
    people = held.annotate(**flagged).select_related("user", "role")
    people = people.order_by("affiliation", "role__position", "pk")
    shown = list(people[: MOST_PEOPLE + 1])
    open_requests = [
        (each, in_a_few_words(each, user, psos))
        for each in asked.select_related("requester", "role").order_by("submitted_at", "pk")
    ]
    return {
        "sees_people": True,
        "people": shown[:MOST_PEOPLE],
        "most_people": MOST_PEOPLE if len(shown) > MOST_PEOPLE else 0,
        "open_requests": open_requests[:MOST_REQUESTS],
        "most_requests": MOST_REQUESTS if len(open_requests) > MOST_REQUESTS else 0,
        "may_revoke": not user.is_agent,
    }
