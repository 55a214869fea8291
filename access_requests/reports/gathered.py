"""Claims that were not told at once: gathered for each address, and told together."""

from __future__ import annotations

import logging
from datetime import timedelta
from itertools import islice

from allauth.account.models import EmailAddress
from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from access_requests import contacts
from access_requests.models import (
    OPEN_STATUSES,
    PSO,
    AccessRequest,
    AssignmentStatus,
    ClaimLetter,
    RoleAssignment,
    Status,
)
from access_requests.reports import claims
from providers.models import Provider

# A claim waits so long at most for others to be told with it.
GATHERED_FOR = timedelta(hours=2)
MOST_IN_AN_EMAIL = 100
_MOST_ADDRESSES = 500
_MOST_LATE = 5_000
logger = logging.getLogger(__name__)


def owe_to_latecomers() -> int:
    """Contacts who were not there when somebody asked: while CMS has the request they are told,
    too. After the decision there are PSOs, and a report about one is a way of its own."""
    with transaction.atomic():
        open_claims = (
            AccessRequest.objects.filter(status__in=OPEN_STATUSES, role=PSO)
            .exclude(Exists(_psos_of(OuterRef("provider"))))
            .filter(provider__closed_on=None)
        )
        known = contacts.deliverable(
            contacts.living(Provider.objects.filter(pk__in=open_claims.values("provider")))
        )
        pairs = known.filter(provider__access_requests__in=open_claims).annotate(
            claim=F("provider__access_requests"),
            claimant=F("provider__access_requests__requester"),
            claimants_address=Lower("provider__access_requests__requester__email"),
        )
        told = ClaimLetter.objects.filter(contact=OuterRef("pk"), access_request=OuterRef("claim"))
        own = EmailAddress.objects.annotate(small=Lower("email")).filter(
            user=OuterRef("claimant"), verified=True, small=OuterRef("email")
        )
        untold = pairs.exclude(email=F("claimants_address")).exclude(Exists(told))
        owed = untold.exclude(Exists(own)).values_list("pk", "claim")
        now = timezone.now()
        letters = [
            ClaimLetter(contact_id=contact_id, access_request_id=claim, owed_since=now)
            for contact_id, claim in owed[:_MOST_LATE]
        ]
        ClaimLetter.objects.bulk_create(letters, ignore_conflicts=True)
    return len(letters)


def tell() -> int:
    """Tell what has waited long enough, one address a transaction. Returns how many emails."""
    due = (
        ClaimLetter.objects.filter(email=None)
        .values("contact__email")
        .order_by()
        .annotate(since=Min("owed_since"), first=Min("pk"))
        .filter(since__lte=timezone.now() - GATHERED_FOR)
        .values_list("contact__email", "first")
    )
    return sum(_tell_or_go_on(address, first) for address, first in list(due[:_MOST_ADDRESSES]))


def _tell_or_go_on(address: str, letter_id: int) -> int:
    """Whatever is wrong with one address must not stop those behind it."""
    try:
        return _tell(address)
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
        # The database is away, or the time is up: it is the same for all of them.
        raise
    except Exception:
        logger.exception("a contact cannot be told of claims", extra={"letter_id": letter_id})
        return 0


@transaction.atomic
def _tell(address: str) -> int:
    """Locked: two workers never tell the same twice. What ended meanwhile is not told."""
    waiting = (
        ClaimLetter.objects.filter(email=None, contact__email=address)
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .select_related("contact", "access_request__requester", "access_request__provider")
        .order_by("pk")
    )
    letters = list(waiting)
    still = set(_still_to_tell([each.pk for each in letters]).values_list("pk", flat=True))
    ClaimLetter.objects.filter(
        pk__in=[each.pk for each in letters if each.pk not in still]
    ).delete()
    rest = iter([each for each in letters if each.pk in still])
    emails = []
    while several := list(islice(rest, MOST_IN_AN_EMAIL)):
        emails.append(several)
    claims.send(emails)
    return len(emails)


def _still_to_tell(letter_ids: list[int]) -> QuerySet[ClaimLetter]:
    """The claim is open, or has become a role that goes on; the contact can be written to."""
    is_held = Q(
        access_request__status=Status.APPROVED,
        access_request__role_assignment__status__in=[
            AssignmentStatus.ACTIVE,
            AssignmentStatus.SUSPENDED,
        ],
    )
    living = contacts.deliverable(
        contacts.living(Provider.objects.filter(contacts__claim_letters__in=letter_ids))
    )
    letters = ClaimLetter.objects.filter(pk__in=letter_ids, contact__in=living.values("pk"))
    return letters.filter(is_held | Q(access_request__status__in=OPEN_STATUSES))


def _psos_of(provider: OuterRef) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.active().psos().filter(provider=provider)
