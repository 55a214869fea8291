"""How pages travel: hosts, TLS, cookies, and what a browser is told to refuse."""

from __future__ import annotations

from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from iqies_portal.account_settings import HARP_OIDC_ORIGINS
from iqies_portal.environment import PRODUCTION, env, needed

# What links in emails begin with. Passkeys belong to its host.
PUBLIC_URL = needed("PUBLIC_URL", "http://localhost:8000").rstrip("/")
_ADDRESS = urlsplit(PUBLIC_URL)
if PRODUCTION and _ADDRESS.scheme != "https":
    raise ImproperlyConfigured("PUBLIC_URL must begin with https:// in production.")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    default=[_ADDRESS.hostname] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"],
)

# TLS ends at the proxy in front, which says so in this header and lets nobody else say it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_SSL_REDIRECT = PRODUCTION
# Asked from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 365 * 24 * 3600) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"

# The prefix has browsers refuse a cookie that another host, or a page without TLS, has set.
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "sessionid"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrftoken"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        **{each: [NONE] for each in ("object-src", "base-uri", "frame-ancestors")},
        # The button to HARP is a form, and is answered by sending the browser there.
        "form-action": [SELF, *HARP_OIDC_ORIGINS],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
