"""What is done so that nobody waits in silence (rule 24), each thing once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access_requests.models.access_request import AccessRequest
from access_requests.models.role_assignment import RoleAssignment
from accounts.models import Notice


class Reminder(models.Model):
    """One step of the schedule for one request. Counted from when its approvers got it: where that
    changes, the steps begin again."""

    class Step(models.IntegerChoices):
        """Business days."""

        FIRST = 2, _("First reminder")
        SECOND = 5, _("Second reminder")
        SERVICE_CENTER = 10, _("The Service Center can help")

    access_request = models.ForeignKey(
        AccessRequest, on_delete=models.PROTECT, related_name="reminders"
    )
    step = models.PositiveSmallIntegerField(choices=Step)
    counted_from = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["access_request", "step", "counted_from"], name="reminder_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Reminder {self.step} of request {self.access_request_id}"


class ReminderLetter(models.Model):
    """The reminders of one day to one approver, in one letter: what had reached its approvers
    before these two moments has had its first reminder, and its second."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reminder_letters"
    )
    day = models.DateField()
    at = models.DateTimeField()
    first_before = models.DateTimeField()
    second_before = models.DateTimeField()
    requests = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="reminder_letter_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"Reminder letter {self.pk}: {self.day}"


class SharedNotice(models.Model):
    """A notice of this package about several requests at once, beside each of them: the request's
    history says whether the email left. A notice about one request names it itself."""

    # The constraint's index finds them by the request.
    access_request = models.ForeignKey(
        AccessRequest, on_delete=models.PROTECT, related_name="shared_notices", db_index=False
    )
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["access_request", "notice"], name="shared_notice_once"),
        ]

    def __str__(self) -> str:
        return f"Notice {self.notice_id} about request {self.access_request_id}"


class Nudge(models.Model):
    """The requester asks the approvers to look at the request."""

    access_request = models.ForeignKey(
        AccessRequest, on_delete=models.PROTECT, related_name="nudges"
    )
    at = models.DateTimeField()
    # In business days of Eastern Time; one a day at most, whatever else is judged.
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["access_request", "day"], name="nudge_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"Nudge {self.pk} of request {self.access_request_id}"


class Absence(models.Model):
    """Days, the first and the last included, on which an approver does not decide."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences"
    )
    first_day = models.DateField()
    last_day = models.DateField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_it_begins"
            ),
        ]
        indexes = [
            models.Index("user", "last_day", condition=Q(ended_at=None), name="absence_standing"),
        ]

    def __str__(self) -> str:
        return f"Absence {self.pk}: {self.first_day} to {self.last_day}"

    @property
    def has_begun(self) -> bool:
        return self.first_day <= timezone.localdate()


class CoverageNudge(models.Model):
    """A sole PSO is asked to find a second one: one email for all their CCNs."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="coverage_nudges"
    )
    day = models.DateField()
    ccns = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="coverage_nudge_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"Coverage nudge {self.pk}: {self.day}"


class EndWarning(models.Model):
    """A role that ends on a date: its holder and the PSOs were warned, so many days before."""

    assignment = models.ForeignKey(
        RoleAssignment, on_delete=models.PROTECT, related_name="end_warnings"
    )
    ends_on = models.DateField()
    days_before = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "ends_on", "days_before"], name="end_warning_once"
            ),
        ]

    def __str__(self) -> str:
        return f"End warning {self.pk}: {self.ends_on}"
