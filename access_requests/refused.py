"""Why a person may not take a step, and what whoever decides reads of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from access_requests.statement import NotEligible


class Refusal(models.TextChoices):
    """Why a person may not take a step. The label is shown to that person."""

    NOT_FOUND = "not_found", _("There is none of this number that you can decide.")
    ALREADY_ENDED = "already_ended", _("This request has already ended.")
    RETURNED = (
        "returned",
        _("A question about this request is still open. It can be decided once it is answered."),
    )
    NOT_RETURNED = "not_returned", _("No question about this request is open.")
    OWN_REQUEST = "own_request", _("Nobody decides their own request.")
    CHANGED_MEANWHILE = (
        "changed_meanwhile",
        _(
            "The requester changed their name or email address while you read. Look at the "
            "request again, then decide."
        ),
    )
    NOT_CLEAN = (
        "not_clean",
        _("This case is no longer clean. Decide it on its own page."),
    )
    AT_THE_DESK = (
        "at_the_desk",
        _("CMS decides first-PSO cases on their own pages, or together as clean cases."),
    )
    BLOCKED = "blocked", _("Something speaks against this person. Settle it first.")
    NO_PSO_YET = (
        "no_pso_yet",
        _(
            "This CCN has no Provider Security Official (PSO) yet. Once it has one, "
            "the PSO decides this request."
        ),
    )
    CMS_DECIDES = "cms_decides", _("CMS decides the first PSO of a CCN.")
    PSO_DECIDES = "pso_decides", _("Only a PSO of this CCN can decide this request.")
    NOT_ACTIVE = "not_active", _("Your account is not active.")
    NUDGED_LATELY = (
        "nudged_lately",
        _("You have asked lately. You can ask again two business days later."),
    )
    NOBODY_TO_ASK = "nobody_to_ask", _("Just now nobody is there whom the portal could ask.")
    NOT_THE_REQUESTER = "not_the_requester", _("Only the person who asked can do this.")
    NOT_THE_ASKER = "not_the_asker", _("Only the person who asked the question can take it back.")
    MAY_NOT_REVOKE = "may_not_revoke", _("Only a PSO of this CCN, or CMS, can revoke this role.")
    NOT_THE_HOLDER = "not_the_holder", _("Only the person who holds the role can give it up.")
    OWN_ROLE = "own_role", _("This is your own role: give it up instead.")
    ASSIGNMENT_ENDED = "assignment_ended", _("This role has already ended.")
    MAY_NOT_SET_END_DATE = (
        "may_not_set_end_date",
        _("Only a PSO of this CCN can say on which day a role there ends."),
    )
    OWN_END_DATE = (
        "own_end_date",
        _("Nobody sets the last day of their own role. Another PSO of the CCN can."),
    )
    PSO_HAS_NO_END_DATE = (
        "pso_has_no_end_date",
        _("The PSO role has no last day: it is given up or revoked."),
    )
    END_DATE_PAST = (
        "end_date_past",
        _("The last day of the role is over. Choose today or a later day, or none."),
    )
    END_DATE_TOO_FAR = (
        "end_date_too_far",
        _("The last day of the role is more than five years away. Check the year."),
    )
    ONLY_CMS = "only_cms", _("Only a CMS reviewer can do this.")
    ALREADY_SETTLED = "already_settled", _("This report is already settled.")
    MAY_NOT_REPORT = "may_not_report", _("You cannot report this person to CMS.")
    NOT_A_PSO = "not_a_pso", _("This is not the role of a PSO.")
    NOT_UNREACHABLE = (
        "not_unreachable",
        _("CMS has not tried often enough to reach this PSO since they were last active."),
    )


class StepRefused(Exception):
    """A step the rules do not allow. Its text is a sentence for the person who tried."""

    def __init__(self, refusal: Refusal, sentence: str = "") -> None:
        super().__init__(sentence or str(refusal.label))
        self.refusal = refusal


def for_decider(refusal: StepRefused | NotEligible) -> str:
    """The sentence about somebody's eligibility is written for that person."""
    if isinstance(refusal, NotEligible):
        said = _("This request cannot be approved now. The requester would read: “%(why)s”")
        return str(said) % {"why": refusal}
    return str(refusal)
