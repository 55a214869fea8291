"""Pages that are CMS's alone: for anybody else there is no such page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.http import person_of
from accounts.models import User

View = Callable[..., HttpResponseBase]


def reviewers_only(view: View) -> View:
    """404 to whoever is not a CMS reviewer. The nobody of the sign-in page never comes here."""
    return _only(view, lambda user: user.is_cms_reviewer)


def cms_only(view: View) -> View:
    """404 to whoever is neither a CMS reviewer nor a Service Center agent."""
    return _only(view, lambda user: user.is_cms)


def _only(view: View, belongs: Callable[[User], bool]) -> View:
    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not belongs(person_of(request)):
            raise Http404
        return view(request, *args, **kwargs)

    return inner
