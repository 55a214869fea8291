"""A list of CCNs answered: which would be asked for, which cannot be, and which need a look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access_requests.groups import judging
from access_requests.groups.drawing import Share, shares_of
from access_requests.models import Role
from access_requests.policy import Waiting
from access_requests.statement import NotEligible, Statement
from access_requests.workflow.asking import administrator_wanting
from accounts.models import User
from providers.answers import Answer, answers_for
from providers.models import Provider

# Of CCNs that stand in the list more than once: so many are named.
MOST_NAMED = 5
_WHO_DECIDES = {
    Waiting.PSOS: gettext_lazy("Its PSOs"),
    Waiting.CMS: gettext_lazy("CMS"),
    Waiting.FIRST_PSO: gettext_lazy("Waits: no PSO yet"),
    Waiting.SECOND_PSO: gettext_lazy("Waits for a PSO besides you"),
}


@dataclass(frozen=True)
class Line:
    """One CCN as typed. `provider` is set where the answer is good."""

    typed: str
    answer: Answer
    provider: Provider | None = None
    asked: tuple[Role, ...] = ()
    refused: tuple[tuple[Role, NotEligible], ...] = ()
    # Who decides each role that is asked for.
    waiting: tuple[tuple[Role, Waiting], ...] = ()
    # The line of the pasted list on which it stands first; 0 where that says nothing.
    place: int = 0

    @property
    def deciders(self) -> list[tuple[str, str]]:
        """In a few words, with the roles they decide where that is not the same for all."""
        of_each: dict[Waiting, list[str]] = {}
        for role, waiting in self.waiting:
            of_each.setdefault(waiting, []).append(str(role))
        return [
            (str(_WHO_DECIDES[waiting]), ", ".join(roles) if len(of_each) > 1 else "")
            for waiting, roles in of_each.items()
        ]

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

    @property
    def who_decides(self) -> list[str]:
        """A sentence for each who decides, or that it waits, with how many requests it is of."""
        times = Counter(waiting for line in self.lines for _role, waiting in line.waiting)
        sentences = {
            Waiting.PSOS: ngettext(
                "%(n)d goes to the PSOs of its CCN.",
                "%(n)d go to the PSOs of their CCNs.",
                times[Waiting.PSOS],
            ),
            Waiting.CMS: ngettext(
                "%(n)d goes to CMS, because its CCN has no PSO yet.",
                "%(n)d go to CMS, because their CCNs have no PSO yet.",
                times[Waiting.CMS],
            ),
            Waiting.FIRST_PSO: ngettext(
                "%(n)d waits until its CCN has a PSO: nobody can decide it before.",
                "%(n)d wait until their CCNs have a PSO: nobody can decide them before.",
                times[Waiting.FIRST_PSO],
            ),
            Waiting.SECOND_PSO: ngettext(
                "%(n)d waits until its CCN has a PSO besides you.",
                "%(n)d wait until their CCNs have a PSO besides you.",
                times[Waiting.SECOND_PSO],
            ),
        }
        return [said % {"n": times[who]} for who, said in sentences.items() if times[who]]

    @property
    def waits_for_another(self) -> bool:
        """Whether something is asked for that this person, as PSO, could not decide."""
        return any(who == Waiting.SECOND_PSO for line in self.lines for _role, who in line.waiting)

    def refusals(self) -> list[NotEligible]:
        return [refusal for line in self.lines for _role, refusal in line.refused]


def of(
    person: User,
    entries: Counter[str],
    roles: Sequence[Role],
    said: Statement,
    places: Mapping[str, int],
) -> Review:
    """A dozen queries at most, whatever the number of entries."""
    review = Review()
    answers: dict[str, Answer] = {}
    stands: dict[str, int] = {}
    for answer, (entry, times) in zip(answers_for(list(entries)), entries.items(), strict=True):
        key = answer.provider.ccn if answer.provider else answer.ccn or answer.typed
        review.times[key] += times
        answers.setdefault(key, answer)
        stands.setdefault(key, places.get(entry, 0))
    good = [each.provider for each in answers.values() if each.provider and each.is_ok]
    psos = judging.psos_at(good) if good else {}
    refused = judging.refusals(person, good, roles, said, psos)
    for key, answer in answers.items():
        line = replace(_line(answer, roles, refused), place=stands[key])
        review.lines.append(_with_deciders(line, person, psos))
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


def _with_deciders(line: Line, person: User, psos: judging.Psos) -> Line:
    if line.provider is None:
        return line
    provider = line.provider
    found = {role: judging.would_wait_on(person, provider, role, psos) for role in line.asked}
    if Waiting.CMS in found.values():
        # Whoever becomes its first PSO does not decide their own request (rule 16).
        besides = {Waiting.FIRST_PSO: Waiting.SECOND_PSO}
        found = {role: besides.get(waiting, waiting) for role, waiting in found.items()}
    return replace(line, waiting=tuple(found.items()))


def of_whole_form(
    review: Review, roles: Sequence[Role], fields: Sequence[str], said: Statement
) -> list[NotEligible]:
    """What is not about single CCNs: a field of the form wants filling in, or all are refused for
    one and the same reason. One refusal for each field."""
    found: dict[str, NotEligible] = {}
    for refusal in review.refusals():
        if refusal.field in fields:
            found.setdefault(refusal.field, refusal)
    if {"administrator_name", "administrator_contact"} & found.keys():
        found |= {each.field: each for each in administrator_wanting(said)}
    judged = [line for line in review.lines if line.provider]
    for role in roles:
        of_role = [refusal for line in judged for each, refusal in line.refused if each == role]
        sentences = {str(refusal) for refusal in of_role}
        if len(of_role) == len(judged) > 1 and len(sentences) == 1:
            found.setdefault(of_role[0].field, of_role[0])
    return list(found.values())
