"""The written list of pages that need no sign-in, by URL name. A test compares it with the site."""

PUBLIC_URL_NAMES = frozenset(
    {
        # Getting an account, and getting back into one.
        "account_signup",
        "account_login",
        "account_logout",
        "account_inactive",
        "account_email_verification_sent",
        "account_reset_password",
        "account_confirm_password_reset_code",
        "account_complete_password_reset",
        "account_password_reset_completed",
        "accounts:check_user_id",
        "accounts:sign_up_code",
        "accounts:terms",
        "accounts:recover_user_id",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "mfa_lost_device",
        # Whoever lost their device may have nothing left to sign in with.
        "accounts:stop_factor_reset",
        # To HARP and back, and what a newcomer from there is asked before there is an account.
        "harp:sign_in",
        "harp:callback",
        "harp:match",
        "harp:tell_apart",
        "harp:email",
        "harp:email_code",
        "harp:cancel",
        # The link in an email to a contact, who has no account.
        "reports:claim",
        # Sends everybody who is not signed in to the portal's own sign-in page.
        "admin:login",
        # Asked by pages that stand open when their session ends.
        "accounts:session",
        "accounts:keep_typed",
        # From an email to a contact, who may have no account.
        "campaigns:decline",
        # The link in an invitation: its reader may have no account yet.
        "invitations:open",
        "invitations:decline",
        # For whoever has no account yet, and for machines.
        "home",
        "help",
        "healthz",
        "readyz",
    }
)
