"""What happens around a decision, as the audit trail calls it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DayEvent(models.TextChoices):
    MANY_ASKED = "many_asked", _("Asked for roles at several CCNs at once")
    INVITED = "invited", _("Invited to ask for a role")
    INVITATION_ACCEPTED = "invitation_accepted", _("Invitation accepted")
    INVITATION_DECLINED = "invitation_declined", _("Invitation declined")
    INVITATION_WITHDRAWN = "invitation_withdrawn", _("Invitation withdrawn")
    INVITATION_EXPIRED = "invitation_expired", _("Invitation expired")
    NO_MORE_INVITATIONS = "no_more_invitations", _("No more invitations wanted at an address")
    INVITATIONS_AGAIN = "invitations_again", _("Invitations wanted again at an address")
    REMINDED = "approvers_reminded", _("Approvers reminded")
    NUDGED = "approvers_nudged", _("Requester asked the approvers to look at it")
    HELP_POINTED_OUT = "help_pointed_out", _("Requester shown the way to the Service Center")
    ABSENCE_NAMED = "absence_named", _("Absence named")
    ABSENCE_ENDED = "absence_ended", _("Absence changed or taken back")
    END_DATE_SET = "end_date_set", _("End date of a role set")
    END_WARNED = "end_warned", _("Warned that a role ends")
    SECOND_PSO_SOUGHT = "second_pso_sought", _("Sole PSO asked to find a second one")
    PREFERENCES_CHANGED = "preferences_changed", _("Email preferences changed")
