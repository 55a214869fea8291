"""The reporter's steps: tell CMS that a provider is missing, and take that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access_requests.eligibility import facts_about, require_eligible
from access_requests.models import DeskEvent, Role, UnlistedProvider
from access_requests.statement import NotEligible, Statement
from access_requests.unlisted import letters, trail
from access_requests.workflow.asking import require_administrator
from access_requests.workflow.locks import lock_person
from accounts import profile
from accounts.models import User
from providers.ccn import squeeze
from providers.models import Provider
from providers.models.search_keys import squeezed

MOST_OPEN = 5
# Those taken back count as well.
MOST_A_DAY = 10
# Nothing hangs on number 0.
NOT_THERE_YET = Provider(pk=0)


class AlreadyEnded(Exception):
    """The report has ended meanwhile. Its text is a sentence for the person who tried."""

    def __init__(self, report: UnlistedProvider) -> None:
        if report.status == UnlistedProvider.State.WITHDRAWN:
            sentence = _("The person who reported it has taken the report back.")
        else:
            sentence = _("CMS has answered this report already: %(status)s.") % {
                "status": report.get_status_display()
            }
        super().__init__(sentence)


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What the reporter says about the provider; `typed` exactly as they typed it."""

    typed: str
    name: str
    state: str
    city: str
    is_certified: bool
    evidence: str


@dataclass(frozen=True)
class Wanted:
    """The request that goes on once the provider is there."""

    role: Role
    statement: Statement


@transaction.atomic
def report(
    *,
    reporter: User,
    missing: Missing,
    wanted: Wanted | None = None,
    legal_name: str = "",
    keep_in_profile: bool = False,
) -> UnlistedProvider:
    """Raises NotEligible with a sentence where the report cannot be made, or where the kept
    request could never be filed: whoever reads that at once need not wait for CMS to learn it.
    """
    person = lock_person(reporter.pk)
    _require_account(person)
    _require_room(person, missing)
    if wanted is not None:
        _require_could_hold(person, wanted)
        default = {"job_title": wanted.statement.job_title, "employer": wanted.statement.employer}
        profile.fill_in(person, **(default if keep_in_profile else {}))
    profile.fill_in(person, full_name=legal_name)
    kept = {"role": wanted.role, **vars(wanted.statement)} if wanted else {}
    made = UnlistedProvider.objects.create(
        reporter=person,
        **vars(missing),
        squeezed_ccn=squeeze(missing.typed),
        reported_at=timezone.now(),
        **kept,
    )
    trail.record(DeskEvent.UNLISTED_REPORTED, made, actor=person, typed=missing.typed)
    letters.reported(made)
    return made


@transaction.atomic
def take_back(report_id: int, *, by: User) -> UnlistedProvider:
    """Raises UnlistedProvider.DoesNotExist for anybody else's, AlreadyEnded when it is too late."""
    mine = UnlistedProvider.objects.filter(reporter=by)
    found = mine.select_for_update(of=("self",), no_key=True).get(pk=report_id)
    if not found.is_open:
        raise AlreadyEnded(found)
    found.status = UnlistedProvider.State.WITHDRAWN
    found.ended_at = timezone.now()
    found.save(update_fields=["status", "ended_at"])
    trail.record(DeskEvent.UNLISTED_WITHDRAWN, found, actor=by)
    return found


def _require_account(person: User) -> None:
    """Also of whoever asks for no role: CMS answers to this address (rule 7)."""
    if person.is_cms:
        raise NotEligible(
            _("CMS reviewers and Service Center agents add providers, and report none.")
        )
    if not facts_about(person, NOT_THERE_YET).address_is_verified:
        raise NotEligible(
            _(
                "Your email address is not verified yet, and CMS answers to it. Choose Change your "
                "email address on your account page and enter the code that you are sent; then "
                "send this form again."
            )
        )


def _require_room(person: User, missing: Missing) -> None:
    """Under the person's lock: two reports sent at once do not count each other out."""
    open_ones = UnlistedProvider.objects.filter(reporter=person, status=UnlistedProvider.State.OPEN)
    number = squeeze(missing.typed)
    same = (
        open_ones.filter(squeezed_ccn=number)
        if number
        else open_ones.filter(
            squeezed_ccn="", state=missing.state, squeezed_name=squeezed(missing.name)
        )
    )
    if same.exists():
        raise NotEligible(
            _(
                "You have told CMS about this provider already, and CMS is looking into it. You "
                "find your report under My requests."
            ),
            field="ccn" if number else "name",
        )
    since = timezone.now() - timedelta(days=1)
    lately = UnlistedProvider.objects.filter(reporter=person, reported_at__gt=since)
    if lately.count() >= MOST_A_DAY:
        raise NotEligible(
            _(
                "You have reported %(number)d providers within a day, which is the most. Send "
                "this again tomorrow; if it cannot wait, call the Service Center."
            )
            % {"number": MOST_A_DAY}
        )
    if open_ones.count() >= MOST_OPEN:
        raise NotEligible(
            _(
                "You have %(number)d open reports of missing providers, which is the most at one "
                "time. Wait for CMS's answer, or take one back under My requests."
            )
            % {"number": MOST_OPEN}
        )


def _require_could_hold(person: User, wanted: Wanted) -> None:
    """As far as it can be judged while there is no provider."""
    require_eligible(
        person=person,
        provider=NOT_THERE_YET,
        role=wanted.role,
        statement=wanted.statement,
        standing=facts_about(person, NOT_THERE_YET),
    )
    if wanted.role.is_pso:
        require_administrator(wanted.statement)
