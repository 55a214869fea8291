"""What came of a step, CCN by CCN: from written to, to the first PSO. And the lists behind it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
)
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access_requests.models import (
    PSO,
    AccessRequest,
    CampaignLetter,
    CampaignStep,
    CampaignTarget,
    Contact,
    RoleAssignment,
)
from access_requests.readiness.counting import share
from access_requests.readiness.counts import with_level
from accounts.models import OutgoingEmail
from providers.models import Provider

# Each number, and what must be true of a CCN to be counted in it.
COUNTED: dict[str, tuple[str, ...]] = {
    "listed": (),
    "written": ("is_written",),
    "reached": ("is_reached",),
    "asked": ("is_reached", "has_asked"),
    "granted": ("is_reached", "has_pso"),
    "on-paper": ("is_on_paper",),
}
_FLAGS = ("is_written", "is_reached", "has_asked", "has_pso", "is_on_paper")
_DRAWN = ("listed", "written", "reached", "asked", "granted")

_Letter = CampaignLetter.State
_Email = OutgoingEmail.State
_SENT = Q(state=_Letter.HANDED_OVER, email__state=_Email.SENT)
_BOUNCED = Q(state=_Letter.HANDED_OVER, email__state=_Email.BOUNCED)
# Letters that reach nobody, and will not.
_DEAD = (
    _BOUNCED
    | Q(state__in=[_Letter.UNDELIVERABLE, _Letter.REMOVED])
    | Q(state=_Letter.HANDED_OVER, email__state=_Email.FAILED)
)

_HEADINGS: dict[int, str | Promise] = {
    0: _("CCNs that had no PSO"),
    1: _("CCNs that had one PSO"),
}
_LABELS: dict[str, str | Promise] = {
    "listed": _("In the audience when the step started"),
    "written": _("Written to by email"),
    "reached": _("Sent, and not come back"),
    "asked": _("Of these: PSO request submitted since"),
    "on-paper": _("Not ready, and no email reaches them: write on paper"),
}
_GRANTED: dict[int | None, str | Promise] = {
    0: _("Of these: first PSO approved since"),
    1: _("Of these: second PSO approved since"),
    None: _("Of these: PSO approved since"),
}


@dataclass(frozen=True)
class Bar:
    """One row of the drawing; `percent` and `share` are of the first row."""

    which: str
    label: str
    number: int
    percent: float
    share: str


@dataclass(frozen=True)
class Outcome:
    """Of the CCNs that had so many PSOs when the step started."""

    level: int
    numbers: dict[str, int]

    @property
    def heading(self) -> str:
        return str(_HEADINGS[self.level])

    @property
    def bars(self) -> list[Bar]:
        whole = self.numbers["listed"] or 1
        return [
            Bar(
                which,
                label(which, self.level),
                self.numbers[which],
                round(100 * self.numbers[which] / whole, 1),
                share(self.numbers[which], whole),
            )
            for which in _DRAWN
        ]

    @property
    def on_paper(self) -> int:
        return self.numbers["on-paper"]


def label(which: str, level: int | None) -> str:
    return str(_GRANTED[level] if which == "granted" else _LABELS[which])


def of_step(step: CampaignStep) -> list[Outcome]:
    """By the readiness the CCNs had, none first. One query."""
    counted = _flagged(step).order_by().values_list("level", *_FLAGS).annotate(n=Count("pk"))
    numbers: dict[int, Counter[str]] = {}
    for level, *flags, number in counted:
        told = dict(zip(_FLAGS, flags, strict=True))
        of_level = numbers.setdefault(level, Counter())
        for which, needed in COUNTED.items():
            of_level[which] += number if all(told[flag] for flag in needed) else 0
    return [Outcome(level, dict(of_level)) for level, of_level in sorted(numbers.items())]


def targets(step: CampaignStep, which: str, level: int | None = None) -> QuerySet[CampaignTarget]:
    """The list behind a number, by CCN; `which` is a key of COUNTED."""
    chosen = _flagged(step).filter(**dict.fromkeys(COUNTED[which], True))
    if level is not None:
        chosen = chosen.filter(level=level)
    declined = Contact.objects.filter(provider=OuterRef("provider"), removed_at=None)
    chosen = chosen.annotate(has_declined=Exists(declined.exclude(declined_at=None)))
    return chosen.select_related("provider").order_by("provider__ccn")


def _flagged(step: CampaignStep) -> QuerySet[CampaignTarget]:
    letters = CampaignLetter.objects.filter(targets=OuterRef("pk"))
    here = {"provider": OuterRef("provider"), "role": PSO}
    asked = AccessRequest.objects.filter(submitted_at__gte=step.started_at, **here)
    granted = RoleAssignment.objects.filter(granted_at__gte=step.started_at, **here)
    return CampaignTarget.objects.filter(step=step).annotate(
        is_written=Exists(letters.filter(_SENT | _BOUNCED)),
        is_reached=Exists(letters.filter(_SENT)),
        has_asked=Exists(asked),
        has_pso=Exists(granted),
        is_on_paper=ExpressionWrapper(
            ~Exists(letters.exclude(_DEAD)) & Exists(_not_ready(step)), BooleanField()
        ),
    )


def _not_ready(step: CampaignStep) -> QuerySet[Provider]:
    """The provider of a target, where it still is of the audience's readiness."""
    here = Provider.objects.filter(pk=OuterRef("provider"), closed_on=None)
    return with_level(here).filter(Q(psos=step.campaign.level))
