from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access_requests.models.choices import (
    NOT_ENDED_STATUSES,
    OPEN_STATUSES,
    Affiliation,
    Authority,
    ClosedReason,
    RejectionReason,
    Status,
)
from access_requests.models.invitation import Invitation
from access_requests.models.role import PSO, Role
from providers.models import Provider


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def open(self) -> Self:
        return self.filter(status__in=OPEN_STATUSES)

    def open_or_held(self) -> Self:
        """Open, or approved for a role that has not ended: all that a person asks for or has."""
        return self.filter(
            Q(status__in=OPEN_STATUSES) | Q(role_assignment__status__in=NOT_ENDED_STATUSES)
        )

    def pending(self) -> Self:
        return self.filter(status=Status.PENDING)

    def for_pso_role(self) -> Self:
        return self.filter(role=PSO)


class AccessRequest(models.Model):
    """A person asks for one role at one provider (rule 10)."""

    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="access_requests"
    )
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="access_requests")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)

    affiliation = models.CharField(_("belongs as"), max_length=10, choices=Affiliation)
    job_title = models.CharField(_("job title"), max_length=120)
    employer = models.CharField(_("employer"), max_length=200)
    administrator_name = models.CharField(_("administrator"), max_length=150, blank=True)
    administrator_contact = models.CharField(
        _("how to reach the administrator"), max_length=200, blank=True
    )
    attests_no_corporate_email = models.BooleanField(default=False)
    attests_small_organization = models.BooleanField(default=False)

    # Who was invited says so with the request; whoever invited does not decide by it.
    invitation = models.OneToOneField(
        Invitation, null=True, blank=True, on_delete=models.PROTECT, related_name="access_request"
    )

    submitted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_as = models.CharField(max_length=3, choices=Authority, blank=True)
    rejection_reason = models.CharField(max_length=20, choices=RejectionReason, blank=True)
    rejection_explanation = models.TextField(max_length=2000, blank=True)
    closed_reason = models.CharField(max_length=20, choices=ClosedReason, blank=True)

    objects = AccessRequestQuerySet.as_manager()

    # Read by policy.with_standing(); absent on rows fetched without it.
    ccn_has_pso: bool
    ccn_has_other_pso: bool
    viewer_is_pso: bool
    # Read by the step that makes a PSO.
    requester_was_sole_pso: bool
    # Set by approving a first PSO: what that PSO decides from now on.
    handed_over: list[AccessRequest]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="access_request_status_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[Status.APPROVED, Status.REJECTED],
                    ended_at__isnull=False,
                    decided_by__isnull=False,
                    decided_as__in=Authority.values,
                )
                | Q(
                    status__in=[Status.WITHDRAWN, Status.CLOSED],
                    ended_at__isnull=False,
                    decided_by=None,
                    decided_as="",
                )
                | Q(status__in=OPEN_STATUSES, ended_at=None, decided_by=None, decided_as=""),
                name="access_request_decision_matches_status",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("requester")),
                name="access_request_not_self_decided",
            ),
            models.CheckConstraint(
                condition=~Q(decided_as="cms") | Q(role=PSO),
                name="access_request_cms_decides_only_pso",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="rejected", rejection_reason__in=RejectionReason.values)
                    & ~Q(rejection_explanation="")
                )
                | (~Q(status="rejected") & Q(rejection_reason="", rejection_explanation="")),
                name="access_request_reason_iff_rejected",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_reason__in=ClosedReason.values)
                | (~Q(status="closed") & Q(closed_reason="")),
                name="access_request_closed_reason_iff_closed",
            ),
            models.CheckConstraint(
                condition=Q(affiliation__in=Affiliation.values)
                & ~Q(job_title="")
                & ~Q(employer=""),
                name="access_request_says_how_person_belongs",
            ),
            models.CheckConstraint(
                condition=~Q(role=PSO) | Q(affiliation="employed"),
                name="access_request_pso_is_employed",
            ),
            models.UniqueConstraint(
                fields=["requester", "provider", "role"],
                condition=Q(status__in=OPEN_STATUSES),
                name="access_request_one_open",
                violation_error_message=_("You already have an open request for this role here."),
            ),
        ]
        indexes = [
            models.Index(
                "provider",
                "submitted_at",
                "id",
                condition=Q(status__in=OPEN_STATUSES),
                name="access_request_open_at_ccn",
            ),
            # A PSO's queue reads this one alone, of as many as 340 CCNs.
            models.Index(
                fields=["provider", "submitted_at", "id"],
                include=["requester", "role", "affiliation", "invitation"],
                condition=Q(status="pending"),
                name="access_request_pending_at_ccn",
            ),
            # Who asks to be PSO at a CCN, however many ask for other roles there.
            models.Index(
                "provider",
                "status",
                "submitted_at",
                "id",
                condition=Q(status__in=OPEN_STATUSES, role="pso"),
                name="access_request_psos_at_ccn",
            ),
            # CMS passes over those at CCNs with a PSO without fetching them.
            models.Index(
                fields=["submitted_at", "id"],
                include=["provider", "requester"],
                condition=Q(status="pending", role="pso"),
                name="access_request_pending_psos",
            ),
            # What has waited long, whoever has it; and how long those lately decided had waited.
            models.Index(
                "submitted_at",
                "id",
                condition=Q(status="pending"),
                name="access_request_pending_since",
            ),
            models.Index(
                "provider",
                "ended_at",
                condition=Q(decided_as="pso"),
                name="access_request_decided_there",
            ),
            models.Index(
                "ended_at", condition=Q(decided_as="cms"), name="access_request_decided_by_cms"
            ),
            models.Index(fields=["requester", "-id"], name="access_request_of_requester"),
            models.Index(fields=["provider", "-id"], name="access_request_at_provider"),
            # What was refused to a person: told to whoever decides their next request.
            models.Index(
                "requester",
                "provider",
                condition=Q(status="rejected"),
                name="access_request_rejected",
            ),
        ]

    def __str__(self) -> str:
        return f"Request {self.pk}: {self.role_id}, {self.status}"

    def get_absolute_url(self) -> str:
        return reverse("access_requests:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def is_for_pso_role(self) -> bool:
        return self.role_id == PSO
