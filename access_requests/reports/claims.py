"""The contacts known at a CCN are told when somebody asks to be its PSO.

An email to each, in the transaction of the request. Somebody may be the contact of a chain's 300
CCNs, and somebody may ask for all of them: of each day's claims an address gets the first few at
once; those beyond are kept and told together, in one email (access_requests.reports.gathered).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from access_requests import contacts, policy
from access_requests.models import AccessRequest, ClaimLetter, Contact, DeskEvent
from access_requests.policy import Waiting
from access_requests.reports.letters import email_about
from accounts import audit
from accounts.mail import outbox
from accounts.models import OutgoingEmail, User

AT_ONCE_A_DAY = 3
# A CCN with more gets the rest with the gathered ones.
MOST_AT_ONCE = 20


def tell_contacts(access_request: AccessRequest) -> None:
    """In the caller's transaction, if CMS decides this request: it comes from with_standing().

    The claimant is not written to as a contact, and is not told who was.
    """
    if policy.waiting_on(access_request) != Waiting.CMS or not access_request.is_for_pso_role:
        return
    known = to_be_told([access_request.provider_id], but=access_request.requester)
    told = list(known.order_by("pk")[:MOST_AT_ONCE])
    if not told:
        return
    now = timezone.now()
    letters = ClaimLetter.objects.bulk_create(
        ClaimLetter(contact=contact, access_request=access_request, owed_since=now)
        for contact in told
    )
    full = _told_enough_today(contact.email for contact in told)
    send([[each] for each in letters if each.contact.email not in full])


def to_be_told(provider_ids: Iterable[int], *, but: User) -> QuerySet[Contact]:
    """Whom an email reaches at these providers, without this person's own addresses."""
    known = contacts.deliverable(contacts.living(provider_ids))
    return known.exclude(email__in=contacts.own_addresses(but)).exclude(email=but.email.lower())


def send(emails: Sequence[Sequence[ClaimLetter]]) -> None:
    """Owe an email for each of these groups of letters, and put on record which claims it told."""
    if not emails:
        return
    owed: list[OutgoingEmail] = [email_about(letters) for letters in emails]
    outbox.store(owed)
    told: dict[int, int] = defaultdict(int)
    requests: dict[int, AccessRequest] = {}
    for letters, email in zip(emails, owed, strict=True):
        for letter in letters:
            letter.email = email
            told[letter.access_request_id] += 1
            requests[letter.access_request_id] = letter.access_request
    ClaimLetter.objects.bulk_update([each for letters in emails for each in letters], ["email"])
    audit.record_many(
        audit.Line(
            type=DeskEvent.CLAIM_TOLD,
            actor=None,
            person=requests[pk].requester,
            ccn=requests[pk].provider.ccn,
            request_id=pk,
            details={"told": number},
        )
        for pk, number in told.items()
    )


def _told_enough_today(addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that got as many of these emails as go at once."""
    since = timezone.now() - timedelta(days=1)
    letters = ClaimLetter.objects.annotate(address=Lower("contact__email"))
    told = (
        letters.filter(address__in=set(addresses), email__created_at__gte=since)
        .values("address")
        .order_by()
        .annotate(emails=Count("email", distinct=True))
        .filter(emails__gte=AT_ONCE_A_DAY)
    )
    return {row["address"] for row in told}
