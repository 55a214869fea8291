"""What `check --deploy` asks of this portal beyond Django's own questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

SHORTEST_KEY = 32
_OF_ONE_PROCESS = ("locmem.LocMemCache", "dummy.DummyCache")


@register(Tags.security, deploy=True)
def keys_are_long_and_differ(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    keys = [settings.SECRET_KEY, settings.AUDIT_KEY, *settings.ENCRYPTION_KEYS]
    found = []
    if min(map(len, keys)) < SHORTEST_KEY:
        found.append(
            Error(
                "SECRET_KEY, AUDIT_KEY and each of ENCRYPTION_KEYS must be long.",
                hint=f"At least {SHORTEST_KEY} characters: make each with openssl rand -hex 32.",
                id="portal.E001",
            )
        )
    if len(set(keys)) < len(keys):
        found.append(
            Error(
                "SECRET_KEY, AUDIT_KEY and ENCRYPTION_KEYS must all differ.",
                hint="Whoever learns one of them must not have learnt another.",
                id="portal.E002",
            )
        )
    return found


@register(Tags.caches, deploy=True)
def cache_is_shared(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Wrong tries are counted in the cache: one of each process would multiply what is allowed."""
    backend = str(settings.CACHES["default"]["BACKEND"])
    if not backend.endswith(_OF_ONE_PROCESS):
        return []
    return [Error("The cache must be shared by all processes: set REDIS_URL.", id="portal.E003")]


@register(Tags.security, deploy=True)
def address_of_people_is_known(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    if settings.ALLAUTH_TRUSTED_PROXY_COUNT >= 1:
        return []
    return [
        Error(
            "TLS ends at a proxy, but TRUSTED_PROXY_COUNT says there is none.",
            hint="Limits would count everybody's wrong tries as those of the proxy.",
            id="portal.E004",
        )
    ]


@register(Tags.security, deploy=True)
def everyone_has_a_second_factor(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    if settings.SECOND_FACTOR_FOR == "everyone" and not settings.PEOPLE_WITHOUT_FACTOR:
        return []
    return [
        Error(
            "In production everyone signs in with a second factor (rule 6).",
            hint="Leave SECOND_FACTOR_FOR and DEMO unset.",
            id="portal.E005",
        )
    ]


@register(deploy=True)
def lists_of_personal_domains_are_there(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """Without one of them personal addresses would pass for corporate ones (rule 5)."""
    if settings.EMAIL_PROVIDERS_FILE.is_file():
        return []
    return [
        Error(
            f"{settings.EMAIL_PROVIDERS_FILE} is missing.",
            hint="Run: npm ci --ignore-scripts",
            id="portal.E006",
        )
    ]
