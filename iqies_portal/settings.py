"""Every deployment value comes from the environment; no secret has a production default."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from iqies_portal.account_settings import *
from iqies_portal.environment import BASE_DIR, DEMO, PRODUCTION, env, needed, secret
from iqies_portal.transport_settings import *

# One password for all demo people; printed at start.
DEMO_PASSWORD = env.str("DEMO_PASSWORD", "demonstration only")
DEBUG = env.bool("DEBUG", False) and not PRODUCTION

SECRET_KEY = secret("SECRET_KEY", "only-for-development-and-tests-" + "x" * 32)
AUDIT_KEY = secret("AUDIT_KEY", "only-for-development-and-tests")
# The first encrypts what must be readable again; the others still decrypt. Each a long secret.
ENCRYPTION_KEYS = [
    key.strip()
    for key in secret("ENCRYPTION_KEYS", "only-for-development-and-tests").split(",")
    if key.strip()
]

# Where the demonstration keeps its state: caught mail among it.
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "accounts",
    "providers",
    "access_requests",
    "iqies_portal",
]

MIDDLEWARE = [
    "iqies_portal.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "iqies_portal.middleware.private_pages",
    "accounts.session_middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.session_middleware.KeepWhatCameTooLate",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.factor_middleware.SecondFactorMiddleware",
    "accounts.terms_middleware.TermsMiddleware",
    "iqies_portal.notices_middleware.read_by_opening",
]

ROOT_URLCONF = "iqies_portal.urls"
WSGI_APPLICATION = "iqies_portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "iqies_portal.context_processors.portal",
            ],
            "builtins": ["django.templatetags.i18n", "iqies_portal.templatetags.components"],
        },
    }
]

_DATABASE = env.db_url_config(  # type: ignore[no-untyped-call]
    needed("DATABASE_URL", "postgres:///iqies_portal")
)
PGBOUNCER = env.bool("PGBOUNCER", False)
# Our statements are short: compiling one takes longer than running it. PgBouncer takes no such
# option; there the database role has it (docs/production.md).
_NO_JIT = {} if PGBOUNCER else {"options": "-c jit=off"}
DATABASES = {
    "default": {
        **_DATABASE,
        "OPTIONS": {**_DATABASE.get("OPTIONS", {}), **_NO_JIT},
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": PGBOUNCER,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = needed("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "iqies_portal.cache.SturdyRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
SESSION_ENGINE = "accounts.sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "iqies_portal.error_pages.csrf_failure"

# A broker that is down must cost a page at most a second: try once (kombu would otherwise try
# for six seconds) and go on. The sweep finds what was not announced. Workers are not concerned:
# how long they try has settings of its own.
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 0,
    "socket_connect_timeout": 1,
    "socket_timeout": 1,
    "visibility_timeout": 3600,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# However long the broker is away: by default a worker ends after a hundred attempts.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "America/New_York"
CELERY_BEAT_SCHEDULE = {
    "deliver-owed-email": {
        "task": "accounts.tasks.deliver_email",
        "schedule": env.float("EMAIL_SWEEP_SECONDS", 15.0),
    },
    "close-at-closed-providers": {
        "task": "access_requests.tasks.close_at_closed_providers",
        "schedule": 600.0,
    },
    "work-on-rosters": {
        "task": "providers.tasks.work_on_rosters",
        "schedule": env.float("ROSTER_SWEEP_SECONDS", 30.0),
    },
    "carry-out-factor-resets": {
        "task": "accounts.tasks.carry_out_factor_resets",
        "schedule": 60.0,
    },
    "seal-audit-trail": {"task": "accounts.tasks.seal_audit_trail", "schedule": 60.0},
    # Eastern Time, and more than once: a worker may be away.
    "write-readiness-day": {
        "task": "access_requests.tasks.write_readiness_day",
        "schedule": crontab(minute="5,25,45", hour="0-2"),
    },
    "close-unanswered-requests": {
        "task": "access_requests.tasks.close_unanswered",
        "schedule": 3600.0,
    },
    "end-roles-past-last-day": {
        "task": "access_requests.tasks.end_roles_past_last_day",
        "schedule": crontab(minute="3,33"),
    },
    # In the morning, and more than once: a worker may be away.
    "warn-of-last-days": {
        "task": "access_requests.tasks.warn_of_last_days",
        "schedule": crontab(minute="10", hour="7-12"),
    },
    "drop-forgotten-contact-lists": {
        "task": "access_requests.tasks.drop_forgotten_contact_lists",
        "schedule": 3600.0,
    },
    "send-campaigns": {
        "task": "access_requests.tasks.send_campaigns",
        "schedule": env.float("CAMPAIGN_SWEEP_SECONDS", 15.0),
    },
    # Before the daily emails, and more than once: a worker may be away.
    "remind-of-what-waits": {
        "task": "access_requests.tasks.remind_of_what_waits",
        "schedule": crontab(minute="15,45", hour="6-12"),
    },
    # Due from seven on, Eastern Time, on business days.
    "send-daily-emails": {
        "task": "access_requests.tasks.send_daily_emails",
        "schedule": env.float("DAILY_EMAIL_SWEEP_SECONDS", 300.0),
    },
    # What is left of forms for several CCNs: whoever sent one looks at a bar meanwhile.
    "file-groups": {
        "task": "access_requests.tasks.file_groups",
        "schedule": env.float("GROUP_SWEEP_SECONDS", 30.0),
    },
    "end-invitations": {"task": "access_requests.tasks.end_invitations", "schedule": 300.0},
    "forget-invited-addresses": {
        "task": "access_requests.tasks.forget_invited_addresses",
        "schedule": crontab(minute="50", hour="3-5"),
    },
    "tell-claims": {"task": "access_requests.tasks.tell_claims", "schedule": 900.0},
    "tell-missing-providers": {
        "task": "access_requests.tasks.tell_missing_providers",
        "schedule": 300.0,
    },
    # Eastern Time; the task itself leaves weekends and holidays out.
    "seek-second-psos": {
        "task": "access_requests.tasks.seek_second_psos",
        "schedule": crontab(minute="35", hour="8-16"),
    },
    "clear-sessions": {"task": "accounts.tasks.clear_expired_sessions", "schedule": 3600.0},
}

EMAIL_BACKEND = "accounts.mail.backend.OutboxBackend"
DEFAULT_FROM_EMAIL = needed(
    "DEFAULT_FROM_EMAIL", "iQIES Access Portal <no-reply@iqies-portal.example>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Domains of email addresses: a list that comes by npm, and what it and the other lists of
# access_requests/personal_domains.py do not know, or hold wrongly. Separated by commas.
EMAIL_PROVIDERS_FILE = (
    BASE_DIR.joinpath("node_modules", "@mikkelscheike", "email-provider-links", "dist")
    / "providers"
    / "emailproviders.json"
)
EXTRA_PERSONAL_DOMAINS = frozenset(env.list("EXTRA_PERSONAL_DOMAINS", default=[]))
CORPORATE_DOMAINS = frozenset(env.list("CORPORATE_DOMAINS", default=[]))
# The server that the delivery task talks to.
SMTP_HOST = needed("SMTP_HOST", "127.0.0.1")
SMTP_PORT = env.int("SMTP_PORT", 1025)
SMTP_USER = env.str("SMTP_USER", "")
SMTP_PASSWORD = env.str("SMTP_PASSWORD", "")
SMTP_STARTTLS = env.bool("SMTP_STARTTLS", PRODUCTION)
SMTP_TIMEOUT_SECONDS = env.float("SMTP_TIMEOUT_SECONDS", 15.0)
# Where a mail server puts what is returned to the sender's address: a Maildir, swept by the
# worker. Without one, `take_bounces` takes what is piped to it.
BOUNCE_MAILDIR = env.str("BOUNCE_MAILDIR", "")
if BOUNCE_MAILDIR:
    CELERY_BEAT_SCHEDULE["take-returned-email"] = {
        "task": "accounts.tasks.take_bounces",
        "schedule": env.float("BOUNCE_SWEEP_SECONDS", 60.0),
    }
# Asked about each email of a campaign before it leaves; where the answer is no answer, again so
# much later.
CAMPAIGN_LAST_LOOK = "access_requests.campaigns.last_look.before_it_leaves"
CAMPAIGN_LOOK_AGAIN = timedelta(minutes=5)
# Where CMS gets letters.
CMS_POSTAL_ADDRESS = "7500 Security Boulevard, Baltimore, MD 21244"
# An email that nobody tried to send for so long after it fell due makes /readyz answer 503.
EMAIL_LATE_SECONDS = env.int("EMAIL_LATE_SECONDS", 300)

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", _("English"))]
TIME_ZONE = "America/New_York"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
USWDS_DIST = BASE_DIR / "node_modules" / "@uswds" / "uswds" / "dist"
STATICFILES_DIRS = [
    BASE_DIR / "templates" / "static",
    *(("uswds/" + part, USWDS_DIST / part) for part in ("css", "js", "fonts", "img")),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = not PRODUCTION

SERVICE_CENTER_PHONE = "(800) 339-9313"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "iqies_portal.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "WARNING")},
    "loggers": {
        "iqies_portal": {"level": "INFO"},
        "accounts": {"level": "INFO"},
        # Its warnings repeat the path as typed; the middleware's line tells the same by route.
        "django.request": {"level": "ERROR"},
        "django.security.csrf": {"level": "ERROR"},
    },
}
