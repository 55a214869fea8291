from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access_requests.models.access_request import AccessRequest
from access_requests.models.choices import Affiliation, AssignmentStatus, EndedHow
from access_requests.models.role import PSO, Role
from providers.models import Provider


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def active(self) -> Self:
        return self.filter(status=AssignmentStatus.ACTIVE)

    def not_ended(self) -> Self:
        return self.exclude(status=AssignmentStatus.ENDED)

    def psos(self) -> Self:
        return self.filter(role=PSO)


class RoleAssignment(models.Model):
    """A role somebody holds. It exists only through an approved request: a foreign key over
    (request, person, provider, role, 'approved') holds that in the database (rule 20)."""

    access_request = models.OneToOneField(
        AccessRequest, on_delete=models.PROTECT, related_name="role_assignment"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_assignments"
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="role_assignments"
    )
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    affiliation = models.CharField(_("belongs as"), max_length=10, choices=Affiliation)
    status = models.CharField(
        _("status"), max_length=10, choices=AssignmentStatus, default=AssignmentStatus.ACTIVE
    )
    granted_at = models.DateTimeField()
    # The last day of the role (a contract's): it ends by itself when that day is over.
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=20, choices=EndedHow, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    end_reason = models.CharField(max_length=500, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    # Whether the person who looks is PSO there: on rows from policy.visible_assignments().
    viewer_is_pso: bool
    # How many active PSOs its CCN has: only on rows that a query counted them for.
    psos_here: int

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=AssignmentStatus.values),
                name="role_assignment_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ended_at__isnull=False, ended_how__in=EndedHow.values)
                | (~Q(status="ended") & Q(ended_at=None, ended_how="", ended_by=None)),
                name="role_assignment_ended_at_iff_ended",
            ),
            models.CheckConstraint(
                condition=~Q(ended_how="revoked") | (Q(ended_by__isnull=False) & ~Q(end_reason="")),
                name="role_assignment_revoked_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(role="pso") | Q(affiliation="employed"),
                name="role_assignment_pso_is_employed",
            ),
            models.CheckConstraint(
                condition=~Q(role="pso") | Q(ends_on=None),
                name="role_assignment_pso_has_no_end_date",
            ),
            models.UniqueConstraint(
                fields=["user", "provider", "role"],
                condition=~Q(status="ended"),
                name="role_assignment_one_not_ended",
                violation_error_message=_("This person already holds this role here."),
            ),
        ]
        indexes = [
            models.Index(
                "provider",
                condition=Q(role="pso", status="active"),
                name="role_assignment_active_pso",
            ),
            models.Index(
                "user",
                "provider",
                condition=Q(role="pso", status="active"),
                name="role_assignment_pso_of_user",
            ),
            models.Index(fields=["provider", "-id"], name="role_assignment_at_provider"),
            models.Index(
                "ends_on",
                "id",
                condition=Q(ends_on__isnull=False) & ~Q(status="ended"),
                name="role_assignment_ends_on",
            ),
            # Who was and who is PSO at a CCN, and which CCNs lost their last one.
            models.Index(
                "provider",
                "ended_at",
                "id",
                condition=Q(role="pso"),
                name="role_assignment_psos_ever",
            ),
            models.Index(
                "provider",
                condition=Q(role="pso", status="suspended"),
                name="role_assignment_suspended_pso",
            ),
            models.Index(
                "user",
                "provider",
                condition=Q(ended_how="revoked"),
                name="role_assignment_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} {self.pk}: {self.status}"
