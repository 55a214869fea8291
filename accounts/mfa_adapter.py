"""Where django-allauth asks about second factors: how secrets are kept, what may be removed."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter

from accounts import encryption


class MfaAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)
