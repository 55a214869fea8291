"""The page behind the link in an email about a claim. Whoever has the email has no account."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from access_requests.reports import answers, links, reporting
from access_requests.reports.forms import ClaimForm
from accounts.limits import DAY, HOUR, is_within, per_address, refusal_of

# Of the pages by one address; a chain's office may have only one. And of reports by one link.
PAGES = (120, HOUR)
REPORTS_BY_A_LINK = (10, DAY)


@login_not_required
@never_cache
@per_address("claims", PAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """Opening it does nothing. An old link and one made up look the same."""
    letters = links.letters_of(token)
    if not letters:
        return render(request, "reports/claim_unknown.html", status=404)
    going_on = [each for each in letters if reporting.can_be_reported(each)]
    if not going_on:
        return render(request, "reports/claim_over.html", status=410)
    offered = reporting.not_yet_reported(going_on)
    if not offered:
        return render(request, "reports/claim_reported.html")
    if "works_here" in request.POST and len(letters) == 1:
        answers.works_there(letters[0])
        return render(request, "reports/claim_confirmed.html")
    data = request.POST if request.method == "POST" else None
    form = ClaimForm(data, letters=offered, is_only_one=len(letters) == 1)
    if request.method == "POST" and form.is_valid():
        if not is_within(f"claim-report:{letters[0].email_id}", [REPORTS_BY_A_LINK]):
            return refusal_of(request, DAY)
        said = form.cleaned_data
        reporting.by_contact(form.chosen(), said_by=said["said_by"], text=said["text"])
        return redirect(request.path)
    context = {
        "letters": offered,
        "letter": offered[0],
        "is_reported_in_part": len(offered) < len(going_on),
        "form": form,
    }
    return render(request, "reports/claim.html", context, status=422 if form.errors else 200)
