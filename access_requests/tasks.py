"""Steps the system takes on the beat schedule."""

from __future__ import annotations

from celery import shared_task

from access_requests import workflow
from access_requests.models import AccessRequest, AssignmentStatus, RoleAssignment
from providers.models import Provider


@shared_task
def close_unanswered() -> int:
    return workflow.close_unanswered()


@shared_task
def close_at_closed_providers() -> int:
    """End what is still open at providers that have closed, one provider a transaction."""
    closed = Provider.objects.exclude(closed_on=None).values("pk")
    asked = AccessRequest.objects.open().filter(provider__in=closed).values_list("provider_id")
    held = RoleAssignment.objects.exclude(status=AssignmentStatus.ENDED).filter(provider__in=closed)
    provider_ids = sorted(set(asked.union(held.values_list("provider_id"))))
    return sum(workflow.close_at_closed_provider(provider_id) for (provider_id,) in provider_ids)
