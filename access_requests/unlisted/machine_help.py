"""What the machine knows about a report, for whoever looks into it at CMS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from access_requests.models import UnlistedProvider
from providers import near_matches
from providers.answers import Answer, answers_for
from providers.ccn import Reading, Unreadable, read
from providers.ccn_facts import STATE_NAMES
from providers.kinds import Kind, number_of
from providers.models import Provider
from providers.models.search_keys import squeezed
from providers.verdicts import Verdict

MOST_OTHERS = 50
# From which share of letters in common on two names are alike, between 0 and 1.
_ALIKE = 0.6
_OPEN = UnlistedProvider.State.OPEN


@dataclass(frozen=True)
class Help:
    """`answer` is the CCN check's, as the reporter would read it now; None where none was typed.
    `likely` may be the provider: those of the reported state first."""

    report: UnlistedProvider
    answer: Answer | None
    likely: Sequence[Provider]

    @property
    def is_listed_now(self) -> bool:
        return self.answer is not None and self.answer.provider is not None

    @property
    def verdict(self) -> str:
        return str(self.answer.answer.label) if self.answer else _("no CCN yet")

    @property
    def verdict_colour(self) -> str:
        if self.answer is None or self.answer.answer == Verdict.NOT_ON_ROSTER:
            return "pending"
        return "active" if self.is_listed_now else "warning"

    @property
    def said(self) -> str:
        """The check's sentence; of a number that is only missing, what it would stand for."""
        if self.answer is None:
            return ""
        if self.answer.answer != Verdict.NOT_ON_ROSTER or not self.answer.kind:
            return self.answer.message
        return _("%(ccn)s would be %(number)s of %(state)s.") % {
            "ccn": self.answer.ccn,
            "number": number_of(Kind(self.answer.kind)),
            "state": STATE_NAMES.get(self.answer.state, self.answer.state),
        }

    @property
    def state_says(self) -> str:
        """Where the number belongs to another state than the report names."""
        if self.answer is None or self.answer.state in {"", self.report.state}:
            return ""
        return _("The number is one of %(theirs)s, and the report names %(state)s.") % {
            "theirs": STATE_NAMES.get(self.answer.state, self.answer.state),
            "state": STATE_NAMES.get(self.report.state, self.report.state),
        }

    @property
    def suggested_ccn(self) -> str:
        """The number to add: as it was typed, or with the zero it lost."""
        return suggested_ccn(self.report.typed)


def suggested_ccn(typed: str) -> str:
    reading = read(typed) if typed.strip() else None
    if isinstance(reading, Unreadable) and len(reading.likely) == 1:
        reading = read(reading.likely[0])
    return reading.ccn if isinstance(reading, Reading) and reading.is_served else ""


def of_one(report: UnlistedProvider) -> Help:
    """By the very rule of the list: a page that offered more would offer strangers."""
    return of([report])[0]


def of(reports: Sequence[UnlistedProvider]) -> list[Help]:
    """In order, with four queries whatever the number of reports."""
    typed = [each for each in reports if each.typed.strip()]
    answers = dict(
        zip(
            [each.pk for each in typed],
            answers_for([each.typed for each in typed]) if typed else [],
            strict=True,
        )
    )
    named = near_matches.of_names([(each.name, each.state) for each in reports])
    return [
        Help(each, answers.get(each.pk), _likely(each, answers.get(each.pk), alike))
        for each, alike in zip(reports, named, strict=True)
    ]


def _likely(
    report: UnlistedProvider, answer: Answer | None, named: Sequence[Provider]
) -> list[Provider]:
    """By the very number, wherever it is; by a number near it, if name or city speak for it too;
    by the name within the state."""
    by_number: list[Provider] = []
    if answer is not None and answer.provider:
        by_number = [answer.provider]
    elif answer is not None:
        is_repaired = answer.answer == Verdict.UNREADABLE
        near = answer.near_matches
        by_number = [each for each in near if _may_be(report, each, is_repaired=is_repaired)]
    found = {each.pk: each for each in [*by_number, *named]}
    return sorted(found.values(), key=lambda each: each.state != report.state)


def _may_be(report: UnlistedProvider, near: Provider, *, is_repaired: bool) -> bool:
    """Real numbers stand side by side: one slip away, something else must speak for it."""
    names = (squeezed(report.name), squeezed(near.name))
    if SequenceMatcher(None, *names).ratio() >= _ALIKE:
        return True
    is_same_city = squeezed(near.city) == squeezed(report.city)
    return near.state == report.state and (is_repaired or is_same_city)


def with_others_counted(reports: QuerySet[UnlistedProvider]) -> QuerySet[UnlistedProvider]:
    """How many other open reports seem to mean the same provider."""
    number = _others_of(OuterRef("squeezed_ccn"), OuterRef("state"), OuterRef("squeezed_name"))
    counted = (
        number.exclude(pk=OuterRef("pk"))
        .order_by()
        .values("status")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return reports.annotate(
        **{"others": Coalesce(Subquery(counted, output_field=IntegerField()), 0)}
    )


def others(report: UnlistedProvider) -> list[UnlistedProvider]:
    """Those reports, oldest first; `is_same_ccn` where number and state are the same."""
    found = (
        _others_of(report.squeezed_ccn, report.state, report.squeezed_name)
        .exclude(pk=report.pk)
        .select_related("reporter")
        .order_by("reported_at", "pk")[:MOST_OTHERS]
    )
    marked = list(found)
    for each in marked:
        each.is_same_ccn = (
            bool(report.squeezed_ccn)
            and each.squeezed_ccn == report.squeezed_ccn
            and each.state == report.state
        )
    return marked


def _others_of(
    ccn: str | OuterRef, state: str | OuterRef, name: str | OuterRef
) -> QuerySet[UnlistedProvider]:
    same_number = Q(squeezed_ccn=ccn) & ~Q(squeezed_ccn="")
    return UnlistedProvider.objects.filter(
        same_number | Q(state=state, squeezed_name=name), status=_OPEN
    )


def provisional() -> QuerySet[Provider]:
    """Providers that CMS has not certified yet."""
    return Provider.objects.filter(provisional_id__isnull=False, ccn=F("provisional_id"))
