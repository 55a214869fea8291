from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from providers import search as searching
from providers.answers import answer_for
from providers.ccn import squeeze
from providers.forms import SearchForm

# While somebody is still typing, a sentence about the length would only be in the way.
_ENOUGH_TYPED = 5


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One box for CCN, name or city. Works as a plain form; nothing here needs JavaScript."""
    form = SearchForm(request.GET)
    typed, state = form.cleaned() if form.is_valid() else ("", "")
    found = searching.find(typed, state=state, after=request.GET.get("after", ""))
    asked = {"q": typed, "state": state}
    next_url = ""
    if found.next_after:
        next_url = f"{request.path}?{urlencode(asked | {'after': found.next_after})}"
    return render(
        request,
        "providers/search.html",
        {
            "form": form,
            "found": found,
            "typed": typed,
            "has_asked": bool(typed or state),
            "counted_all": found.total <= searching.MOST_COUNTED,
            "most_counted": searching.MOST_COUNTED,
            "next_url": next_url,
            "first_url": f"{request.path}?{urlencode(asked)}" if request.GET.get("after") else "",
        },
    )


@require_safe
def answer(request: HttpRequest) -> HttpResponse:
    """What the request form shows below the CCN while it is being typed: a piece of a page."""
    typed = request.GET.get("ccn", "")
    said = answer_for(typed) if len(squeeze(typed[:200])) >= _ENOUGH_TYPED else None
    return render(request, "providers/_ccn_answer.html", {"answer": said})
