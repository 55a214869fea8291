"""Every type of line in the trail, in words and in groups. A test looks for types without words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access_requests.models import DayEvent, DeskEvent, EventType
from access_requests.service_center import event_words

Words = str | Promise

# Those that no other list of words has.
_MORE: dict[str, Words] = {
    "admin_viewed": _("Looked at in the administration"),
    "people_searched": _("People searched for"),
    "program_changed": _("Program changed"),
    "provider_closed": _("Provider closed"),
    "provider_reopened": _("Provider open again"),
    "role_added": _("Role added in the administration"),
    "role_changed": _("Role changed in the administration"),
    "roster_accepted": _("Roster file accepted"),
    "roster_dropped": _("Roster file dropped"),
    "roster_imported": _("Roster file imported"),
    "roster_unusable": _("Roster file not usable"),
    "roster_uploaded": _("Roster file uploaded"),
    "secrets_reencrypted": _("Stored secrets encrypted with a new key"),
    "signed_in": _("Signed in"),
}

ALL: dict[str, Words] = {
    **event_words.WORDS,
    **{str(each.value): each.label for each in (*EventType, *DeskEvent, *DayEvent)},
    **_MORE,
}

LOOKS = ("person_viewed", "people_searched", "admin_viewed", "audit_searched", "exported")
_REQUESTS = (
    "request_submitted",
    "request_approved",
    "request_rejected",
    "request_returned",
    "request_answered",
    "question_taken_back",
    "request_withdrawn",
    "request_closed",
    "request_moved",
    "many_asked",
    "invited",
    "invitation_accepted",
    "invitation_declined",
    "invitation_withdrawn",
    "invitation_expired",
    "approvers_reminded",
    "approvers_nudged",
    "help_pointed_out",
)
_FIRST_PSOS = (
    "contact_attempted",
    "check_confirmed",
    "checklist_kept",
    "approved_unsettled",
    "claim_told",
    "claim_confirmed",
    "employment_reported",
    "employment_report_settled",
    "reach_attempted",
)
_ROLES = (
    "role_revoked",
    "role_given_up",
    "role_ended",
    "end_date_set",
    "end_warned",
    "second_pso_sought",
)
_CONTACTS = (
    "contact_added",
    "contact_removed",
    "campaigns_declined",
    "campaigns_wanted",
    "contacts_imported",
)
_CAMPAIGNS = (
    "campaign_created",
    "campaign_worded",
    "campaign_started",
    "campaign_paused",
    "campaign_resumed",
    "campaign_done",
)
_PROVIDERS = (
    "roster_uploaded",
    "roster_accepted",
    "roster_dropped",
    "roster_unusable",
    "roster_imported",
    "provider_closed",
    "provider_reopened",
    "unlisted_reported",
    "unlisted_added",
    "unlisted_answered",
    "unlisted_withdrawn",
    "ccn_given",
)
_SETTINGS = ("program_changed", "role_kind_changed", "role_added", "role_changed")

# What no group names is about accounts.
_NAMED: dict[str, tuple[Words, tuple[str, ...]]] = {
    "requests": (_("Requests"), _REQUESTS),
    "first-psos": (_("First PSOs and reports"), _FIRST_PSOS),
    "roles": (_("Roles held"), _ROLES),
    "providers": (_("Providers and rosters"), _PROVIDERS),
    "contacts": (_("Contacts"), _CONTACTS),
    "campaigns": (_("Campaigns"), _CAMPAIGNS),
    "settings": (_("Programs and kinds of role"), _SETTINGS),
    "looks": (_("Looks, searches and exports"), LOOKS),
}
_grouped = {each for _label, types in _NAMED.values() for each in types}
GROUPS: dict[str, tuple[Words, tuple[str, ...]]] = {
    **_NAMED,
    "accounts": (
        _("Accounts and signing in"),
        tuple(sorted(each for each in ALL if each not in _grouped)),
    ),
}


def of(type_: str) -> str:
    """A type that has no words yet is named as the trail names it."""
    return str(ALL.get(type_) or type_.replace("_", " ").capitalize())


def choices() -> list[tuple[str, object]]:
    """For a list of actions: whole groups, and each action in its group."""
    return [
        (
            str(label),
            [
                (f"group:{key}", _("All of these: %(group)s") % {"group": label}),
                *((each, of(each)) for each in types),
            ],
        )
        for key, (label, types) in GROUPS.items()
    ]


def types_of(action: str) -> tuple[str, ...]:
    """Those that a choice stands for; none: all."""
    if action.startswith("group:"):
        found = GROUPS.get(action.removeprefix("group:"))
        return found[1] if found else ()
    return (action,) if action in ALL else ()
