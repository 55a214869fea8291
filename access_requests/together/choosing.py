"""Which requests somebody has ticked on the queue, and what they read of each before deciding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.http import QueryDict

from access_requests import keyset, policy
from access_requests.eligibility import with_facts
from access_requests.models import AccessRequest, Role, Status
from access_requests.people.days import Invited, at_approval
from access_requests.policy import StepRefused
from access_requests.pso_queue import evidence
from access_requests.pso_queue.evidence import Evidence
from access_requests.refused import for_decider
from access_requests.seen import fingerprint
from access_requests.statement import NotEligible
from access_requests.workflow.judging import organization_sizes, require_approvable
from accounts.models import User
from providers.models import Provider

# As many as a page of the queue holds at most.
MOST: Final = 100
# Of a request and what was read about it: "41:5d41402abc4b2a76".
_BETWEEN: Final = ":"
# More than seen.fingerprint() makes; what is sent goes into the session.
_MOST_SEEN: Final = 64


@dataclass(frozen=True)
class Chosen:
    """`seen`: fingerprints of what was read, where the sender says so. `meanwhile`: what was
    selected too and was not on the page for deciding any more."""

    ids: list[int]
    seen: dict[int, str]
    meanwhile: list[int] = field(default_factory=list)

    @property
    def too_many(self) -> bool:
        return len(self.ids) > MOST

    @property
    def all(self) -> list[int]:
        return list(dict.fromkeys([*self.ids, *self.meanwhile]))


def chosen_on_queue(data: QueryDict) -> Chosen:
    """From the boxes of the queue, or from the page for deciding, less one that is left out."""
    typed = [*data.getlist("request"), *data.get("requests", "").split()]
    ids = _numbers(typed, but=data.get("leave", ""))
    seen = {pk: said[:_MOST_SEEN] for pk in ids if (said := data.get(f"seen-{pk}"))}
    return Chosen(ids, seen, _meanwhile(data))


def chosen_to_approve(data: QueryDict) -> Chosen:
    """The page for deciding names each with what it showed, in the value of its button."""
    pairs = [each.partition(_BETWEEN) for each in data.get("approve", "").split()]
    if not pairs:
        return chosen_on_queue(data)
    seen = {
        pk: said[:_MOST_SEEN] for typed, _, said in pairs if (pk := keyset.read_id(typed)) and said
    }
    return Chosen(_numbers(typed for typed, _, _said in pairs), seen, _meanwhile(data))


def _meanwhile(data: QueryDict) -> list[int]:
    return _numbers(data.get("meanwhile", "").split())[:MOST]


def _numbers(typed: Iterable[str], *, but: str = "") -> list[int]:
    """What is no number is left out."""
    found = (keyset.read_id(each) for each in dict.fromkeys(typed) if each != but)
    return [pk for pk in dict.fromkeys(found) if pk is not None]


@dataclass(frozen=True)
class Row:
    """One request on the page. `obstacle`: why it can be rejected but not approved. `is_changed`:
    the person is called or reached otherwise than when the queue was read."""

    request: AccessRequest
    evidence: Evidence | None
    obstacle: str
    last_day: date | None
    is_changed: bool

    @property
    def seen(self) -> str:
        return fingerprint(self.request)

    @property
    def to_approve(self) -> str:
        return f"{self.request.pk}{_BETWEEN}{self.seen}"


@dataclass(frozen=True)
class Choice:
    """`left`: requests that nothing can be done about, each with the sentence why. `unseen`:
    numbers of those that the viewer can no longer even see."""

    rows: list[Row]
    left: list[tuple[AccessRequest, str]]
    unseen: list[int]

    @property
    def total(self) -> int:
        return len(self.rows) + self.gone

    @property
    def gone(self) -> int:
        return len(self.left) + len(self.unseen)

    @property
    def meanwhile(self) -> str:
        return " ".join(map(str, [*(each.pk for each, _why in self.left), *self.unseen]))

    @property
    def was_decided(self) -> bool:
        """Whether somebody has decided all that is gone, and nothing else has become of it."""
        decided = {Status.APPROVED, Status.REJECTED}
        return not self.unseen and all(each.status in decided for each, _why in self.left)

    @property
    def approvable(self) -> list[Row]:
        return [each for each in self.rows if not each.obstacle]

    @property
    def ids(self) -> str:
        return " ".join(str(each.request.pk) for each in self.rows)

    @property
    def to_approve(self) -> str:
        return " ".join(each.to_approve for each in self.approvable)

    @property
    def psos(self) -> int:
        return sum(each.request.is_for_pso_role for each in self.approvable)

    @property
    def roles(self) -> list[tuple[Role, int]]:
        """How many get which role, the most frequent first."""
        return Counter(each.request.role for each in self.approvable).most_common()

    @property
    def people(self) -> int:
        return len({each.request.requester_id for each in self.rows})

    @property
    def ccns(self) -> int:
        return len({each.request.provider_id for each in self.rows})


def choice(chosen: Chosen, viewer: User) -> Choice:
    """As the steps would judge now, without locks: three queries, and one where somebody's address
    is personal. What the viewer may not see is not there."""
    requests = list(
        with_facts(policy.with_standing(policy.visible_requests(viewer), viewer))
        .filter(pk__in=chosen.all)
        .select_related(
            "requester", "provider", "provider__chain", "role", "decided_by", "invitation"
        )
        .order_by("submitted_at", "pk")
    )
    decidable, left = [], []
    for each in requests:
        try:
            policy.authority_to_decide(viewer, each)
        except StepRefused as refusal:
            left.append((each, str(refusal)))
        else:
            decidable.append(each)
    known = evidence.of(decidable, viewer)
    size_of = organization_sizes(decidable)
    rows = [
        _row(each, viewer, known.get(each.pk), chosen.seen.get(each.pk), size_of)
        for each in decidable
    ]
    found = {each.pk for each in requests}
    return Choice(rows, left, [pk for pk in chosen.all if pk not in found])


def _row(
    request: AccessRequest,
    viewer: User,
    known: Evidence | None,
    read: str | None,
    size_of: Callable[[Provider], int | None],
) -> Row:
    obstacle, last_day = "", None
    try:
        require_approvable(request, by=viewer, seen=None, size_of=size_of)
        last_day = at_approval(request, Invited.AS_INVITED)
    except (StepRefused, NotEligible) as refusal:
        obstacle = for_decider(refusal)
    is_changed = read is not None and read != fingerprint(request)
    return Row(request, known, obstacle, last_day, is_changed)
