"""Settings of accounts: passwords, second factors, sessions, limits, and django-allauth's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from iqies_portal.environment import DEMO, PRODUCTION, env

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "full_name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NoNameInPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignUpForm",
    "login": "accounts.forms.SignInForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "confirm_email_verification_code": "accounts.forms.ConfirmEmailCodeForm",
    "confirm_password_reset_code": "accounts.forms.ConfirmPasswordResetCodeForm",
}
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_USERNAME_VALIDATORS = "accounts.user_id.VALIDATORS"
# What a User ID may not be is known by higher apps; they are named here, not imported there.
USER_ID_VALIDATORS = [
    "providers.user_id.refuse_provider_name",
    "providers.user_id_parts.warn_of_part_of_name",
]
# Asked when a signed-in person changes their address, and again when it is verified.
EMAIL_CHECKS = ["access_requests.email_change.refuse_personal_address"]
CMS_USER_CHECKS = ["access_requests.cms_people.refuse_if_involved"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Nobody gets mail from here because a stranger typed their address.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_RATE_LIMITS = {"check_user_id": "60/m/ip", "recover_user_id": "10/m/ip,3/10m/key"}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 1 if PRODUCTION else 0)

# Argon2id at OWASP's minimum; pbkdf2 where only FIPS-approved functions may be used. Passwords
# made by the other one still work, and are made anew at the next sign-in.
PASSWORD_HASH = env.str("PASSWORD_HASH", "argon2id")

# Who must have a second factor: everyone (always so in production), or deciders: whoever decides
# anything, and CMS's people (rule 6).
SECOND_FACTOR_FOR = "everyone" if PRODUCTION else env.str("SECOND_FACTOR_FOR", "deciders")
# Asked of higher apps: whether the person decides anything.
DECIDER_CHECKS = ["access_requests.second_factor.decides_anything"]
# Deciding and revoking ask for the factor again when the last is older.
FRESH_FACTOR_AGE = timedelta(seconds=env.int("FRESH_FACTOR_SECONDS", 3600))
# A lost factor is taken away by the Service Center only after the person had so long to stop it.
FACTOR_RESET_DELAY = timedelta(seconds=env.int("FACTOR_RESET_DELAY_SECONDS", 24 * 3600))
# The demonstration's people are everybody's; they sign in with one click and have no factor.
PEOPLE_WITHOUT_FACTOR = (
    frozenset(
        {
            *("cmsreviewer1", "cmsreviewer2", "pso1", "pso2"),
            *("staff1", "staff2", "vendor1", "agent1"),
        }
    )
    if DEMO
    else frozenset()
)

MFA_ADAPTER = "accounts.mfa_adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "iQIES Access Portal"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_USER_VERIFICATION = "required"

# Signed out after so long without a sign of life, warned so long before; and after a day's work
# in any case.
SESSION_IDLE = timedelta(seconds=env.int("SESSION_IDLE_SECONDS", 30 * 60))
SESSION_IDLE_WARNING = timedelta(seconds=env.int("SESSION_IDLE_WARNING_SECONDS", 2 * 60))
SESSION_LONGEST = timedelta(seconds=env.int("SESSION_LONGEST_SECONDS", 12 * 3600))

# The terms of use; a new version is shown to everybody once and must be accepted.
TERMS_VERSION = "2026-11"

# Signing in with HARP by OpenID Connect; without a server it is not offered (rule 8).
HARP_OIDC_SERVER = env.str("HARP_OIDC_SERVER", "")
HARP_OIDC_CLIENT_ID = env.str("HARP_OIDC_CLIENT_ID", "")
HARP_OIDC_CLIENT_SECRET = env.str("HARP_OIDC_CLIENT_SECRET", "")
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
SOCIALACCOUNT_ADAPTER = "accounts.harp.HarpAdapter"
