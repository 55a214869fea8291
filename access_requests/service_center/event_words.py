"""What happened to an account, in words for whoever is on the phone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEvent

WORDS = {
    "account_created": _("Account created"),
    "account_unlocked": _("Unlocked by the Service Center"),
    "bounce_cleared": _("Email address counts as working again"),
    "case_note_written": _("Case note written"),
    "cms_user_created": _("Made a CMS reviewer or Service Center agent"),
    "email_bounced": _("Email came back: address flagged"),
    "email_changed": _("Email address changed"),
    "email_sent_again": _("Email sent again by the Service Center"),
    "email_verified": _("Email address verified"),
    "factor_code_used_again": _("A code of the authenticator app was tried a second time"),
    "passkey_went_back": _("A passkey was refused: it may be a copy"),
    "factor_reset_started": _("Reset of the second factor started"),
    "factor_reset_stopped": _("Reset of the second factor stopped"),
    "factor_reset_done": _("Second factor removed by a reset"),
    "harp_connected": _("Linked with HARP"),
    "harp_disconnected": _("Link with HARP removed"),
    "identity_proofed": _("Identity proofed"),
    "name_changed": _("Legal name changed"),
    "password_changed": _("Password changed"),
    "password_reset": _("Password reset by an emailed code"),
    "profile_changed": _("Profile changed"),
    "recovery_code_used": _("Recovery code used"),
    "recovery_codes_made": _("Recovery codes made"),
    "second_factor_added": _("Second factor added"),
    "second_factor_removed": _("Second factor removed"),
    "second_factor_replaced": _("Second factor replaced"),
    "session_ended": _("Signed out on one device"),
    "sessions_ended": _("Signed out everywhere"),
    "terms_accepted": _("Terms accepted"),
    "unlisted_added": _("The missing provider was found or added"),
    "unlisted_answered": _("CMS answered a report of a missing provider"),
    "unlisted_reported": _("Told CMS that a provider is missing"),
    "unlisted_withdrawn": _("Took a report of a missing provider back"),
    "wrong_codes_told": _("Told of wrong sign-in codes typed elsewhere"),
}


def heading(event: AuditEvent) -> str:
    """A step that has no words here yet is named as the trail names it."""
    return str(WORDS.get(event.type) or event.type.replace("_", " ").capitalize())
