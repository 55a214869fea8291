"""What CMS's people do at their desk, as the audit trail calls it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeskEvent(models.TextChoices):
    CONTACT_ATTEMPTED = "contact_attempted", _("Administrator sought by a second path")
    CHECK_CONFIRMED = "check_confirmed", _("Check confirmed by a reviewer")
    CHECKLIST_KEPT = "checklist_kept", _("Checklist kept with the decision")
    APPROVED_UNSETTLED = (
        "approved_unsettled",
        _("First PSO approved with checks to do or failed"),
    )
    CLAIM_CONFIRMED = "claim_confirmed", _("A contact says that the person works there")
    CLAIM_TOLD = "claim_told", _("Known contacts told of the request")
    EMPLOYMENT_REPORTED = "employment_reported", _("Reported as not working there")
    EMPLOYMENT_REPORT_SETTLED = "employment_report_settled", _("Report settled")
    REACH_ATTEMPTED = "reach_attempted", _("Attempt to reach a PSO")
    CONTACT_ADDED = "contact_added", _("Contact added")
    CONTACT_REMOVED = "contact_removed", _("Contact removed")
    CAMPAIGNS_DECLINED = "campaigns_declined", _("Contact wants no campaign letters")
    CAMPAIGNS_WANTED = "campaigns_wanted", _("Contact takes campaign letters again")
    CONTACTS_IMPORTED = "contacts_imported", _("Contacts imported")
    UNLISTED_REPORTED = "unlisted_reported", _("Provider reported as not listed")
    UNLISTED_ADDED = "unlisted_added", _("Unlisted provider added")
    UNLISTED_ANSWERED = "unlisted_answered", _("Report of an unlisted provider answered")
    UNLISTED_WITHDRAWN = "unlisted_withdrawn", _("Report of an unlisted provider withdrawn")
    CCN_GIVEN = "ccn_given", _("Provisional provider given its CCN")
    CAMPAIGN_CREATED = "campaign_created", _("Campaign created")
    CAMPAIGN_WORDED = "campaign_worded", _("Message of a campaign changed")
    CAMPAIGN_STARTED = "campaign_started", _("Campaign step started")
    CAMPAIGN_PAUSED = "campaign_paused", _("Campaign step paused")
    CAMPAIGN_RESUMED = "campaign_resumed", _("Campaign step resumed")
    CAMPAIGN_DONE = "campaign_done", _("Campaign step done")
    PROGRAM_CHANGED = "program_changed", _("Program changed")
    ROLE_KIND_CHANGED = "role_kind_changed", _("Role added or changed")
    EXPORTED = "exported", _("List exported")
    AUDIT_SEARCHED = "audit_searched", _("Audit trail searched")
