"""Settings of accounts: passwords, second factors, sessions, limits, and django-allauth's own."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured

from iqies_portal.environment import DEMO, PRODUCTION, env

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# Argon2id at OWASP's minimum; pbkdf2 where only FIPS-approved functions may be used. Passwords
# made by the other one still work, and are made anew at the next sign-in.
PASSWORD_HASH = env.str("PASSWORD_HASH", "argon2id")
_HASHERS = {"argon2id": "accounts.hashers.Argon2id", "pbkdf2": "accounts.hashers.Pbkdf2"}
if PASSWORD_HASH not in _HASHERS:
    raise ImproperlyConfigured("PASSWORD_HASH must be argon2id or pbkdf2.")
PASSWORD_HASHERS = [_HASHERS.pop(PASSWORD_HASH), *_HASHERS.values()]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "full_name", "email"]},
    },
    {"NAME": "accounts.passwords.NotTooLongValidator"},
    {"NAME": "accounts.passwords.NoNameInPasswordValidator"},
    {"NAME": "accounts.passwords.NotEasilyGuessedValidator"},
    {"NAME": "accounts.password_history.NotOneOfTheLastSixValidator"},
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
    "providers.user_id.judge_names",
    "providers.user_id.refuse_ccn",
]
# Asked when a signed-in person changes their address, and again when it is verified.
EMAIL_CHECKS = ["access_requests.email_change.refuse_personal_address"]
CMS_USER_CHECKS = ["access_requests.cms_people.refuse_if_involved"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Nobody gets mail from here because a stranger typed their address.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Wrong passwords and codes are counted by accounts.throttle, so django-allauth's own limits on
# them are off: its limit for an account would let anybody keep its owner out.
ACCOUNT_RATE_LIMITS = {
    "login": "",
    "login_failed": "",
    "signup": "20/m/ip,200/d/ip",
    "reset_password": "20/m/ip,200/d/ip",
    "change_password": "10/m/user",
    "confirm_email": "1/10s/key,5/h/key,15/d/key",
    "check_user_id": "60/m/ip",
    "recover_user_id": "10/m/ip",
    "email_works": "5/h/key",
    "email_works_tries": "5/15m/key",
    "harp_sign_in": "30/m/ip",
    "harp_email_code": "20/10m/ip,5/10m/key",
    "harp_reminder": "3/h/key",
}
# One customer's IPv6 counts like one IPv4 address; accounts.limits does it by steps.
ALLAUTH_RATE_LIMIT_IPV6_PREFIX = 48
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 1 if PRODUCTION else 0)

# Who must have a second factor: everyone (always so in production), or deciders: whoever decides
# anything, and CMS's people (rule 6).
SECOND_FACTOR_FOR = "everyone" if PRODUCTION else env.str("SECOND_FACTOR_FOR", "deciders")
# Asked of higher apps: whether the person decides anything.
DECIDER_CHECKS = ["access_requests.second_factor.decides_anything"]
# Whose addresses are kept when email comes back from them, besides those of accounts.
KNOWN_ADDRESS_CHECKS = [
    "access_requests.contacts.is_known",
    "access_requests.invitations.rules.is_invited",
]
# Deciding and revoking ask for the factor again when the last is older.
FRESH_FACTOR_AGE = timedelta(seconds=env.int("FRESH_FACTOR_SECONDS", 3600))
# Factors are set up, moved and removed, and recovery codes seen, only by who has signed in or shown
# a factor so lately.
FACTOR_CHANGE_AGE = timedelta(minutes=15)
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

# By it a browser is known again (accounts.known_devices).
KNOWN_DEVICE_COOKIE_NAME = "__Host-known-device" if PRODUCTION else "known_device"

MFA_ADAPTER = "accounts.mfa_adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "iQIES Access Portal"
MFA_TOTP_TOLERANCE = 1
# A passkey cannot be guessed; a whole shift may sign in at once behind one address.
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_WEBAUTHN_USER_VERIFICATION = "required"

# Signed out after so long without a sign of life, warned so long before; and after a day's work
# in any case.
SESSION_IDLE = timedelta(seconds=env.int("SESSION_IDLE_SECONDS", 30 * 60))
SESSION_IDLE_WARNING = timedelta(seconds=env.int("SESSION_IDLE_WARNING_SECONDS", 2 * 60))
SESSION_LONGEST = timedelta(seconds=env.int("SESSION_LONGEST_SECONDS", 12 * 3600))

# The terms of use; a new version is shown to everybody once and must be accepted.
TERMS_VERSION = "2026-11"

# Signing in with HARP by OpenID Connect; without a server it is not offered (rule 8).
# docs/harp.md says what each of these is for.
HARP_OIDC_SERVER = env.str("HARP_OIDC_SERVER", "")
HARP_OIDC_CLIENT_ID = env.str("HARP_OIDC_CLIENT_ID", "")
HARP_OIDC_CLIENT_SECRET = env.str("HARP_OIDC_CLIENT_SECRET", "")
if HARP_OIDC_SERVER and not (HARP_OIDC_CLIENT_ID and HARP_OIDC_CLIENT_SECRET):
    raise ImproperlyConfigured("HARP_OIDC_SERVER also needs the client's id and secret.")
if PRODUCTION and HARP_OIDC_SERVER and not HARP_OIDC_SERVER.startswith("https://"):
    raise ImproperlyConfigured("HARP_OIDC_SERVER must begin with https:// in production.")
# Where browsers may be sent to from the button, beside the server's own origin.
HARP_OIDC_ORIGINS = [
    *env.list("HARP_OIDC_ORIGINS", default=[]),
    *(["/".join(HARP_OIDC_SERVER.split("/")[:3])] if HARP_OIDC_SERVER else []),
]
HARP_SCOPES = env.list("HARP_SCOPES", default=["openid", "profile", "email"])
# Which of HARP's claims is what here.
HARP_CLAIMS = {
    "user_id": "preferred_username",
    "name": "name",
    "given_name": "given_name",
    "family_name": "family_name",
    "email": "email",
    "email_verified": "email_verified",
    "phone": "phone_number",
    "identity": "identity_assurance_level",
    **env.dict("HARP_CLAIMS", default={}),
}
# Values of the identity claim that mean: HARP has seen proof of who the person is.
HARP_PROOFED_VALUES = env.list("HARP_PROOFED_VALUES", default=["2", "3", "ial2", "ial3"])
# Values of amr or acr that mean: HARP has asked for a second factor.
HARP_MFA_VALUES = env.list("HARP_MFA_VALUES", default=["mfa", "aal2", "aal3"])
# Asked of HARP at each sign-in, where it must be asked for a second factor.
HARP_ACR_VALUES = env.list("HARP_ACR_VALUES", default=[])
# To connect, and then for each answer: a person waits meanwhile.
SOCIALACCOUNT_REQUESTS_TIMEOUT = (2, 5)
SOCIALACCOUNT_STORE_TOKENS = False
