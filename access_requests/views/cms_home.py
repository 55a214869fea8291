"""What waits at CMS's desk: each figure beside the page where it is worked off."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, IntegerField, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from access_requests.models import CampaignStep, EmploymentReport, UnlistedProvider
from access_requests.views.errands import Errand
from providers.models import RosterUpload


def errands() -> list[Errand]:
    """One query."""
    reports, unlisted, uploads, sending = _counts()
    return [
        Errand(
            _("Readiness"),
            _("Which CCNs have no PSO, or only one, and what changed."),
            reverse("readiness:country"),
        ),
        Errand(
            _("Campaigns"),
            _("Write to providers that have too few PSOs."),
            reverse("campaigns:list"),
            sending,
            _("being sent"),
        ),
        Errand(
            _("CCNs that lost their PSOs"),
            _("Where the last PSO left or cannot act, or nobody attends the queue."),
            reverse("orphans:list"),
        ),
        Errand(
            _("Reports about people"),
            _("Somebody says that a PSO or a requester does not work there."),
            reverse("reports:list"),
            reports,
            _("to settle"),
        ),
        Errand(
            _("Providers not listed"),
            _("People whose provider is missing from the roster."),
            reverse("unlisted:list"),
            unlisted,
            _("to look into"),
        ),
        Errand(
            _("Rosters"),
            _("CMS's lists of providers: upload, compare, accept."),
            reverse("rosters:list"),
            uploads,
            _("to accept"),
        ),
        Errand(
            _("Contacts"),
            _("Whom CMS can write to at each CCN."),
            reverse("contacts:list"),
        ),
        Errand(
            _("Programs and roles"),
            _("Dates, and what can be asked for."),
            reverse("programs:list"),
        ),
        Errand(
            _("Audit trail"),
            _("Every step, by person, CCN, time and action."),
            reverse("audit_search:search"),
        ),
    ]


def _counts() -> list[int]:
    """Open reports, open reports of unlisted providers, uploads to accept, steps being sent."""
    waiting: list[QuerySet[Any]] = [
        EmploymentReport.objects.filter(settled_at=None),
        UnlistedProvider.objects.filter(status=UnlistedProvider.State.OPEN),
        RosterUpload.objects.filter(state=RosterUpload.State.COMPARED),
        CampaignStep.objects.filter(state=CampaignStep.State.SENDING),
    ]
    counted = [
        rows.order_by()
        .values(place=Value(place, IntegerField()))
        .annotate(number=Count("pk"))
        .values_list(F("place"), F("number"))
        for place, rows in enumerate(waiting)
    ]
    found = dict(counted[0].union(*counted[1:], all=True))
    return [found.get(place, 0) for place in range(len(waiting))]
