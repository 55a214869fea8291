"""What every page's frame shows. Nothing here is looked up before the frame asks for it."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.http import person_of
from accounts.models import User
from iqies_portal import notices_middleware

# A badge says "99+" for more.
MOST_UNREAD = 99


class NavItem(NamedTuple):
    label: str
    url: str
    is_current: bool


class Standing(NamedTuple):
    """What the frame needs to know of the person who is signed in."""

    is_pso: bool
    unread_notices: int
    email_comes_back: bool
    has_unread_about_page: bool = False


_NOBODY = Standing(is_pso=False, unread_notices=0, email_comes_back=False)


def portal(request: HttpRequest) -> dict[str, Any]:
    standing = SimpleLazyObject(lambda: _standing(request))
    return {
        "nav_items": SimpleLazyObject(lambda: _nav_items(request, standing)),
        "unread_notices": SimpleLazyObject(lambda: standing.unread_notices),
        "most_unread": MOST_UNREAD,
        "email_bounced": SimpleLazyObject(lambda: _address_that_bounces(request, standing)),
        "service_center_phone": settings.SERVICE_CENTER_PHONE,
        "service_center_tel": _tel(settings.SERVICE_CENTER_PHONE),
        "is_demo": not settings.PRODUCTION,
        "harp_is_offered": bool(settings.HARP_OIDC_SERVER),
    }


def _standing(request: HttpRequest) -> Standing:
    """One query, and none for a person who is not signed in."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return _NOBODY
    # No notice leads to an address with a NUL in it, which the database would refuse.
    page = request.path.replace("\0", "")
    with connection.cursor() as cursor:
        # access_requests, migration 0007.
        cursor.execute(
            "SELECT * FROM portal_standing(%s, %s, %s)", [user.pk, page, MOST_UNREAD + 1]
        )
        row = cursor.fetchone()
    standing = Standing(*row) if row and row[0] is not None else _NOBODY
    notices_middleware.note(request, standing.has_unread_about_page)
    return standing


def _address_that_bounces(request: HttpRequest, standing: Any) -> str:
    """Of the person, in short: somebody may be looking over their shoulder."""
    if not standing.email_comes_back:
        return ""
    address = person_of(request).email
    return f"{address[:1]}…@{address.rpartition('@')[2]}"


def _nav_items(request: HttpRequest, standing: Any) -> tuple[NavItem, ...]:
    return tuple(
        NavItem(label, url, is_current=request.path == url)
        for label, url in ((label, _address(name)) for label, name in _nav(request, standing))
    )


@cache
def _address(name: str) -> str:
    return reverse(name)


def _nav(request: HttpRequest, standing: Any) -> list[tuple[str, str]]:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    items = [(_("Home"), "home")]
    if user.is_cms_reviewer or (not user.is_cms and standing.is_pso):
        items.append((_("Queue"), "access_requests:queue"))
    if not user.is_cms and standing.is_pso:
        items.append((_("People"), "people:list"))
    if user.is_cms:
        items.append((_("Readiness"), "readiness:country"))
    if user.is_cms_reviewer:
        items.append((_("Campaigns"), "campaigns:list"))
    if not user.is_cms:
        items.append((_("My requests"), "access_requests:list"))
        items.append((_("Ask for a role"), "access_requests:new"))
    if user.is_cms:
        items.append((_("Service Center"), "access_requests:service_center"))
    items.append((_("Find a provider"), "providers:search"))
    items.append((_("Help"), "help"))
    return items


def _tel(phone: str) -> str:
    return "+1" + "".join(character for character in phone if character.isdigit())
