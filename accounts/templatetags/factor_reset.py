"""The question to whoever signed in although their second factor is to be removed."""

from __future__ import annotations

from typing import Any

from django import template

from accounts import factor_reset_views
from accounts.models import User

register = template.Library()


@register.inclusion_tag("components/factor_reset_banner.html", takes_context=True)
def factor_reset_banner(context: template.Context) -> dict[str, Any]:
    request = context.get("request")
    # An error page may be shown to a request that has neither.
    session = getattr(request, "session", None)
    user = getattr(request, "user", None)
    if request is None or session is None or not isinstance(user, User):
        return {"banner": None}
    if context.get("is_about_factor_reset"):
        return {"banner": None}
    return {"banner": factor_reset_views.banner_of(request, user)}
