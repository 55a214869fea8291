"""What the stand-in says of its people."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.contrib.auth.models import User
from django.dispatch import receiver
from django.utils import timezone

from tests.stand_in_harp.people import PEOPLE


class StandInAdapter(DefaultOIDCAdapter):
    def get_claims(self, purpose: str, user: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        claims = {"sub": f"harp-{user.username}"} | PEOPLE[user.username]
        if purpose == "id_token":
            claims["auth_time"] = int(user.last_login.timestamp())
        return claims


@receiver(authentication_step_completed)
def _signed_in_anew(user: User, **kwargs: Any) -> None:
    """Who is asked again has signed in again."""
    User.objects.filter(pk=user.pk).update(last_login=timezone.now())
