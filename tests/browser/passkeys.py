"""A device that holds passkeys and whose owner agrees to everything: Chromium's own stand-in."""

from __future__ import annotations

from playwright.sync_api import Page


def carries_passkeys(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def owner_refuses(page: Page) -> None:
    """On this page, until it is loaded anew."""
    page.evaluate(
        """() => {
          const refuse = () => Promise.reject(new DOMException("no", "NotAllowedError"));
          navigator.credentials.get = navigator.credentials.create = refuse;
        }"""
    )
