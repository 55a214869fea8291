"""Where django-allauth asks about second factors: how secrets are kept, what may be removed."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import encryption, second_factor


class MfaAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "This is your only second factor. Add another first, then remove this one."
        ),
        "cannot_generate_recovery_codes": _(
            "Set up an authenticator app or a passkey first. Recovery codes stand in for it."
        ),
        "incorrect_code": _(
            "This code is not right. Type the one that your app shows now, or a recovery code "
            "that you have not used yet."
        ),
        "code_used": _(
            "This code was used already. Wait until your app shows the next one, and type that."
        ),
        "incorrect_passkey": _(
            "The passkey did not work. Try again, or use one that you have set up here."
        ),
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one. To hold, it is asked with the person's row locked."""
        if authenticator.type not in second_factor.FACTORS:
            return True
        others = Authenticator.objects.filter(
            user_id=authenticator.user_id, type__in=second_factor.FACTORS
        ).exclude(pk=authenticator.pk)
        return others.exists()

    def get_totp_label(self, user: Any) -> str:
        """Shown in the app: the User ID, which never changes."""
        return str(user.get_username())

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        if number == 1:
            return gettext("Passkey")
        return gettext("Passkey %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host that the portal is read at."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.MFA_TOTP_ISSUER}

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.get_username())
