"""Which kind of place this is, and the variables that say it."""

from __future__ import annotations

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()  # type: ignore[no-untyped-call]
environ.Env.read_env(BASE_DIR / ".env")

ENVIRONMENT = env.str("ENVIRONMENT", "development")
PRODUCTION = ENVIRONMENT == "production"
DEMO = env.bool("DEMO", False)

if ENVIRONMENT not in {"development", "test", "production"}:
    raise ImproperlyConfigured("ENVIRONMENT must be development, test or production.")
if PRODUCTION and DEMO:
    raise ImproperlyConfigured("The demonstration (DEMO=1) never runs in production.")


def secret(name: str, outside_production: str) -> str:
    """Production without it does not start, rather than run with a key that everybody knows."""
    value = env.str(name, "" if PRODUCTION else outside_production)
    if PRODUCTION and (not value or value == outside_production):
        raise ImproperlyConfigured(f"{name} must be set in production, to a secret of its own.")
    return str(value)


def needed(name: str, outside_production: str) -> str:
    """What production must be told, because a guess would be wrong there."""
    value = env.str(name, "" if PRODUCTION else outside_production)
    if not value:
        raise ImproperlyConfigured(f"{name} must be set in production; see docs/production.md.")
    return str(value)
