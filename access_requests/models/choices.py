"""The words a request's and an assignment's rows may use."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    PENDING = "pending", _("Pending")
    RETURNED = "returned", _("Returned for information")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CLOSED = "closed", _("Closed")


OPEN_STATUSES = (Status.PENDING, Status.RETURNED)


class Authority(models.TextChoices):
    """In whose name a request is decided."""

    CMS = "cms", _("CMS")
    PSO = "pso", _("Provider Security Official")


class Affiliation(models.TextChoices):
    """How a person belongs to a provider (rule 11)."""

    EMPLOYED = "employed", _("Employed")
    VENDOR = "vendor", _("Vendor")


class RejectionReason(models.TextChoices):
    NOT_EMPLOYED = "not_employed", _("Does not work for this provider or serve it")
    CANNOT_VERIFY = "cannot_verify", _("What the request says could not be verified")
    WRONG_ROLE = "wrong_role", _("Not the right role for this work")
    WRONG_PROVIDER = "wrong_provider", _("Not the right provider (CCN)")
    NOT_NEEDED = "not_needed", _("Access is not needed")
    OTHER = "other", _("Another reason")

    @property
    def next_step(self) -> str:
        """What the requester can do now; shown beside the reason and in the email."""
        return str(_NEXT_STEPS[self])


_NEXT_STEPS = {
    RejectionReason.NOT_EMPLOYED: _(
        "If you do work for this provider, ask its administrator to confirm this to a PSO of the "
        "provider, or to CMS where there is none, then ask again."
    ),
    RejectionReason.CANNOT_VERIFY: _(
        "Check your employer, your job title and the contact you named, then ask again with "
        "details that can be verified."
    ),
    RejectionReason.WRONG_ROLE: _(
        "Ask again for the role that fits your work. If you are unsure which one, ask a "
        "Provider Security Official (PSO) of the provider."
    ),
    RejectionReason.WRONG_PROVIDER: _(
        "Find the right CMS Certification Number (CCN) under Find a provider, then ask again there."
    ),
    RejectionReason.NOT_NEEDED: _(
        "If your work has changed and you need access, ask again and say so under job title."
    ),
    RejectionReason.OTHER: _("Read the explanation. When what it names is put right, ask again."),
}


class ClosedReason(models.TextChoices):
    """Why the system closed a request. Nobody decided it."""

    PROVIDER_CLOSED = "provider_closed", _("The provider has closed.")
    ACCOUNT_ENDED = "account_ended", _("The requester's account has ended.")
    NOT_ANSWERED = "not_answered", _("The question was not answered within 30 days.")
    NOT_ELIGIBLE = "not_eligible", _("The requester can no longer hold this role.")


class AssignmentStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    ENDED = "ended", _("Ended")


NOT_ENDED_STATUSES = (AssignmentStatus.ACTIVE, AssignmentStatus.SUSPENDED)


class EndedHow(models.TextChoices):
    REVOKED = "revoked", _("Revoked")
    GIVEN_UP = "given_up", _("Given up")
    PROVIDER_CLOSED = "provider_closed", _("The provider closed")
    END_DATE = "end_date", _("Its end date has passed")


class EventType(models.TextChoices):
    """The lines this app adds to the audit trail."""

    SUBMITTED = "request_submitted", _("Request submitted")
    APPROVED = "request_approved", _("Approved")
    REJECTED = "request_rejected", _("Rejected")
    RETURNED = "request_returned", _("Returned for information")
    ANSWERED = "request_answered", _("Question answered")
    TAKEN_BACK = "question_taken_back", _("Question taken back")
    WITHDRAWN = "request_withdrawn", _("Withdrawn")
    CLOSED = "request_closed", _("Closed")
    MOVED = "request_moved", _("Moved to another decider")
    ROLE_REVOKED = "role_revoked", _("Role revoked")
    ROLE_GIVEN_UP = "role_given_up", _("Role given up")
    ROLE_ENDED = "role_ended", _("Role ended")
    PERSON_VIEWED = "person_viewed", _("Person looked at")
