"""Second factors: django-allauth's names and paths, with pages of the portal behind them."""

from __future__ import annotations

from django.urls import path

from accounts import mfa_sign_in_views as sign_in
from accounts import mfa_views as own
from accounts.allauth_urls import posts_in_one_transaction

_KEY = "webauthn/keys/<int:pk>"

urlpatterns = [
    *posts_in_one_transaction(
        [
            path("", own.index, name="mfa_index"),
            path("authenticate/", sign_in.sign_in, name="mfa_authenticate"),
            path("reauthenticate/", sign_in.show_again, name="mfa_reauthenticate"),
            path("lost/", sign_in.lost_device, name="mfa_lost_device"),
            path("totp/activate/", own.set_up_app, name="mfa_activate_totp"),
            path("totp/replace/", own.replace_app, name="mfa_replace_totp"),
            path("totp/deactivate/", own.remove_app, name="mfa_deactivate_totp"),
            path("webauthn/add/", own.add_passkey, name="mfa_add_webauthn"),
            path("webauthn/login/", sign_in.sign_in_with_passkey, name="mfa_login_webauthn"),
            path(
                "webauthn/reauthenticate/",
                sign_in.show_passkey_again,
                name="mfa_reauthenticate_webauthn",
            ),
            path(f"{_KEY}/remove/", own.remove_passkey, name="mfa_remove_webauthn"),
            path(f"{_KEY}/edit/", own.rename_passkey, name="mfa_edit_webauthn"),
            path("recovery-codes/", own.recovery_codes, name="mfa_view_recovery_codes"),
            path(
                "recovery-codes/generate/",
                own.make_recovery_codes,
                name="mfa_generate_recovery_codes",
            ),
            path(
                "recovery-codes/download/",
                own.download_recovery_codes,
                name="mfa_download_recovery_codes",
            ),
        ]
    ),
    # What is taken up again from here owns its transaction.
    path("recovery-codes/saved/", own.recovery_codes_saved, name="mfa_recovery_codes_saved"),
]
