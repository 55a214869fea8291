"""Providers that are not certified yet, and the page on which one gets its CCN."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access_requests import keyset
from access_requests.models import AccessRequest, RoleAssignment
from access_requests.unlisted import certifying, machine_help
from access_requests.unlisted.certifying import NotCompared, NotGiven
from access_requests.unlisted.cms_forms import GiveCcnForm
from accounts import kept_forms, second_factor
from accounts.cms_only import cms_only, reviewers_only
from accounts.http import person_of
from providers import near_matches
from providers.models import Provider

PAGE_SIZE = 15


@cms_only
@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """By identifier; beside each, what may be the same provider on the roster by now."""
    after = request.GET.get("after", "")
    rows = machine_help.provisional().order_by("provisional_id")
    if after.isalnum():
        rows = rows.filter(provisional_id__gt=after)
    asked = AccessRequest.objects.open().filter(provider=OuterRef("pk"))
    held = RoleAssignment.objects.not_ended().filter(provider=OuterRef("pk"))
    counted = {
        name: Coalesce(
            Subquery(
                found.order_by().values("provider").annotate(n=Count("pk")).values("n"),
                output_field=IntegerField(),
            ),
            0,
        )
        for name, found in (("asked", asked), ("held", held))
    }
    found = list(rows.annotate(**counted)[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    context = {
        "rows": list(zip(shown, _by_now(shown), strict=True)),
        "next_url": keyset.next_url(request, shown[-1].ccn) if found[PAGE_SIZE:] else "",
        "first_url": request.path if after else "",
    }
    return render(request, "unlisted/provisional_list.html", context)


def _by_now(providers: list[Provider]) -> list[list[Provider]]:
    named = near_matches.of_names([(each.name, each.state) for each in providers], at_most=3)
    return [[near for near in alike if not near.is_provisional] for alike in named]


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
@kept_forms.keeps(lambda reader, pk: _("Give a provider its CCN"))
def give_ccn(request: HttpRequest, pk: int) -> HttpResponse:
    provider = get_object_or_404(Provider, pk=pk, provisional_id__isnull=False)
    if request.method != "POST":
        form = GiveCcnForm(provider=provider, initial={"ccn": request.GET.get("ccn", "")})
        return _page(request, provider, form)
    form = GiveCcnForm(request.POST, provider=provider)
    if not form.is_valid():
        return _page(request, provider, form, status=422)
    second_factor.require_fresh(request)
    same_as = form.listed.pk if form.listed else None
    try:
        certified = certifying.give_ccn(
            provider.pk, form.reading, same_as=same_as, by=person_of(request)
        )
    except NotCompared:
        # Read anew, the form shows the row that has come meanwhile, and asks.
        return _page(request, provider, GiveCcnForm(request.POST, provider=provider), status=409)
    except NotGiven as refusal:
        form.add_error(None, str(refusal))
        return _page(request, provider, form, status=409)
    messages.success(
        request,
        _("%(name)s now has the CCN %(ccn)s. %(provisional)s still finds it.")
        % {
            "name": certified.display_name,
            "ccn": certified.ccn,
            "provisional": certified.provisional_id,
        },
    )
    return redirect(certified)


def _page(
    request: HttpRequest, provider: Provider, form: GiveCcnForm, *, status: int = 200
) -> HttpResponse:
    context = {"provider": provider, "form": form}
    return render(request, "unlisted/give_ccn.html", context, status=status)
