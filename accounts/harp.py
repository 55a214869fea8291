"""Signing in with HARP, CMS's identity service, by OpenID Connect (rule 8)."""

from __future__ import annotations

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class HarpAdapter(DefaultSocialAccountAdapter):
    pass
