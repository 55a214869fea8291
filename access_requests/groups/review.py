"""A list of CCNs answered: which would be asked for, which cannot be, and which need a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from access_requests.groups import judging
from access_requests.groups.drawing import Share, shares_of
from access_requests.models import Role
from access_requests.statement import NotEligible, Statement
from accounts.models import User
from providers.answers import Answer, answers_for
from providers.models import Provider

# Of CCNs that stand in the list more than once: so many are named.
MOST_NAMED = 5


@dataclass(frozen=True)
class Line:
    """One CCN as typed. `provider` is set where the answer is good."""

    typed: str
    answer: Answer
    provider: Provider | None = None
    asked: tuple[Role, ...] = ()
    refused: tuple[tuple[Role, NotEligible], ...] = ()

    @property
    def is_missing(self) -> bool:
        """The CCN may be right, and CMS's list wrong."""
        return self.answer.answer == "not_on_roster"

    @property
    def sentences(self) -> list[str]:
        """Why a role is not asked for here, once where it is the same for all of them."""
        return list(dict.fromkeys(str(refusal) for _role, refusal in self.refused))


@dataclass
class Review:
    lines: list[Line] = field(default_factory=list)
    # How often each CCN stands in the list, in whatever spelling.
    times: Counter[str] = field(default_factory=Counter)

    @property
    def twice(self) -> int:
        """Entries that are not used, because another one names the same."""
        return self.times.total() - len(self.times)

    @property
    def repeated(self) -> list[tuple[str, int]]:
        """Those that stand there more than once, most often first."""
        often = self.times.most_common(MOST_NAMED)
        return [(named, times) for named, times in often if times > 1]

    @property
    def good(self) -> list[Line]:
        """Where at least one role would be asked for."""
        return [line for line in self.lines if line.asked]

    @property
    def roles_of_all(self) -> tuple[Role, ...]:
        """What is asked for at each good CCN, where it is the same at all of them."""
        asked = {line.asked for line in self.good}
        return asked.pop() if len(asked) == 1 else ()

    @property
    def refused(self) -> list[Line]:
        """Good CCNs at which this person cannot have what they ask for."""
        return [line for line in self.lines if line.provider and not line.asked]

    @property
    def bad(self) -> list[Line]:
        return [line for line in self.lines if line.provider is None]

    @property
    def number(self) -> int:
        """How many requests it would be."""
        return sum(len(line.asked) for line in self.lines)

    @property
    def shares(self) -> list[Share]:
        return shares_of(
            [
                ("good", _("can be asked for"), len(self.good)),
                ("refused", _("cannot be asked for"), len(self.refused)),
                ("bad", _("need a look"), len(self.bad)),
            ]
        )

    def refusals(self) -> list[NotEligible]:
        return [refusal for line in self.lines for _role, refusal in line.refused]


def of(person: User, entries: Counter[str], roles: Sequence[Role], said: Statement) -> Review:
    """A dozen queries at most, whatever the number of entries."""
    review = Review()
    answers: dict[str, Answer] = {}
    for answer, times in zip(answers_for(list(entries)), entries.values(), strict=True):
        key = answer.provider.ccn if answer.provider else answer.ccn or answer.typed
        review.times[key] += times
        if key in answers:
            continue
        answers[key] = answer
    good = [each.provider for each in answers.values() if each.provider and each.is_ok]
    refused = judging.refusals(person, good, roles, said)
    review.lines = [_line(answer, roles, refused) for answer in answers.values()]
    return review


def _line(answer: Answer, roles: Sequence[Role], refused: dict[judging.Key, NotEligible]) -> Line:
    provider = answer.provider
    if provider is None or not answer.is_ok:
        return Line(answer.typed, answer)
    why = {role: refused.get((provider.pk, role.code)) for role in roles}
    return Line(
        typed=answer.typed,
        answer=answer,
        provider=provider,
        asked=tuple(role for role, refusal in why.items() if refusal is None),
        refused=tuple((role, refusal) for role, refusal in why.items() if refusal is not None),
    )


def of_whole_form(
    review: Review, roles: Sequence[Role], fields: Sequence[str]
) -> list[NotEligible]:
    """What is not about single CCNs: a field of the form wants filling in, or all are refused for
    one and the same reason. One refusal for each field."""
    found: dict[str, NotEligible] = {}
    for refusal in review.refusals():
        if refusal.field in fields:
            found.setdefault(refusal.field, refusal)
    judged = [line for line in review.lines if line.provider]
    for role in roles:
        of_role = [refusal for line in judged for each, refusal in line.refused if each == role]
        said = {str(refusal) for refusal in of_role}
        if len(of_role) == len(judged) > 1 and len(said) == 1:
            found.setdefault(of_role[0].field, of_role[0])
    return list(found.values())
