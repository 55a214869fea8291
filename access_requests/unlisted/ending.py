"""CMS ends a report: it is on the roster, it is added now, or it is answered without adding.

Locks are taken in this order: reports, persons, provider, request; of each kind by number. So two
reviewers, and a reporter who takes the report back meanwhile, wait for one another and never
cross.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests import workflow
from access_requests.models import AccessRequest, Affiliation, DeskEvent, UnlistedProvider
from access_requests.statement import NotEligible, Statement
from access_requests.unlisted import letters, trail
from access_requests.unlisted.adding import NewProvider, found_or_made
from access_requests.unlisted.reporting import AlreadyEnded
from access_requests.workflow.locks import lock_provider
from accounts.models import User
from providers import sentences
from providers.models import Provider

State = UnlistedProvider.State


class ProviderClosed(Exception):
    """The provider that was chosen, or that has the CCN, is closed: nobody gets access there."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(sentences.closed(provider))


@dataclass(frozen=True)
class Ended:
    """What became of it: the reports that ended, and where their requests go on."""

    reports: Sequence[UnlistedProvider]
    provider: Provider | None = None
    was_listed: bool = False

    @property
    def filed(self) -> int:
        return sum(each.access_request is not None for each in self.reports)

    @property
    def not_filed(self) -> int:
        return sum(bool(each.not_filed_because) for each in self.reports)


@transaction.atomic
def is_on_roster(report_id: int, *, also: Iterable[int] = (), provider_id: int, by: User) -> Ended:
    """Raises AlreadyEnded, ProviderClosed, UnlistedProvider.DoesNotExist."""
    reports = _lock_open(report_id, also)
    return _go_on(reports, lock_provider(provider_id), by=by, was_listed=True)


@transaction.atomic
def add(report_id: int, *, also: Iterable[int] = (), new: NewProvider, by: User) -> Ended:
    """The same where the roster has got the provider meanwhile, from whomever.

    Raises AlreadyEnded, ProviderClosed, UnlistedProvider.DoesNotExist.
    """
    reports = _lock_open(report_id, also)
    provider, is_new = found_or_made(new)
    return _go_on(reports, lock_provider(provider.pk), by=by, was_listed=not is_new)


@transaction.atomic
def answer(report_id: int, *, also: Iterable[int] = (), text: str, by: User) -> Ended:
    """Raises AlreadyEnded, UnlistedProvider.DoesNotExist."""
    reports = _lock_open(report_id, also)
    for report in reports:
        _end(report, State.ANSWERED, by=by, answer=text)
        trail.record(DeskEvent.UNLISTED_ANSWERED, report, actor=by, answer=text)
        letters.ended(report)
    return Ended(reports)


def _lock_open(report_id: int, also: Iterable[int]) -> list[UnlistedProvider]:
    """The report, first, and those of the others that are still open; and all their reporters."""
    locked = list(
        UnlistedProvider.objects.filter(pk__in={report_id, *also})
        .select_related("reporter", "role")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    this = next((each for each in locked if each.pk == report_id), None)
    if this is None:
        raise UnlistedProvider.DoesNotExist
    if not this.is_open:
        raise AlreadyEnded(this)
    reports = [this, *(each for each in locked if each.pk != report_id and each.is_open)]
    people = User.objects.filter(pk__in={each.reporter_id for each in reports})
    list(people.select_for_update(no_key=True).order_by("pk"))
    return reports


def _go_on(
    reports: list[UnlistedProvider], provider: Provider, *, by: User, was_listed: bool
) -> Ended:
    if not provider.is_open:
        raise ProviderClosed(provider)
    for report in reports:
        filed, refusal = _file(report, provider)
        _end(
            report,
            State.ADDED,
            by=by,
            provider=provider,
            was_listed=was_listed,
            access_request=filed,
            not_filed_because=refusal,
        )
        trail.record(DeskEvent.UNLISTED_ADDED, report, actor=by, was_listed=was_listed)
        letters.ended(report)
    return Ended(reports, provider, was_listed)


def _file(report: UnlistedProvider, provider: Provider) -> tuple[AccessRequest | None, str]:
    """The kept request, in its reporter's own name; or the sentence that says why it cannot be
    filed now. All the rules of asking are asked anew."""
    if report.role is None:
        return None, ""
    if not report.role.is_offered:
        return None, _("The role %(role)s is no longer offered.") % {"role": report.role}
    try:
        filed = workflow.submit(
            requester=report.reporter,
            provider=provider,
            role=report.role,
            statement=kept_statement(report),
            asked_at=report.reported_at,
        )
    except NotEligible as refusal:
        return None, str(refusal)
    return filed, ""


def kept_statement(report: UnlistedProvider) -> Statement:
    return Statement(
        affiliation=Affiliation(report.affiliation),
        job_title=report.job_title,
        employer=report.employer,
        administrator_name=report.administrator_name,
        administrator_contact=report.administrator_contact,
        attests_no_corporate_email=report.attests_no_corporate_email,
        attests_small_organization=report.attests_small_organization,
    )


def _end(report: UnlistedProvider, outcome: State, *, by: User, **said: object) -> None:
    report.status = outcome
    report.ended_at = timezone.now()
    report.ended_by = by
    for name, value in said.items():
        setattr(report, name, value)
    report.save(update_fields=["status", "ended_at", "ended_by", *said])
