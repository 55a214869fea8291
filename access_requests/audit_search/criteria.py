"""What is searched for. It can hold a name or an address: it stands in an address only encrypted,
for whoever typed it and for a day's work."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as time_of_day

from access_requests.audit_search import words
from accounts.encryption import Undecipherable, decrypt, encrypt
from accounts.models import User
from providers.reference import EASTERN

_TOKEN_SECONDS = 12 * 3600
# Instead of an action: everything but who looked at what, and everything.
NO_LOOKS = "no-looks"
WITH_LOOKS = "with-looks"


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """`who` is what was typed, `person` whom it turned out to be. `part`: "" (either), "actor" or
    "subject". `by`: "" (anybody), "people" or "system". Dates are days of Eastern Time."""

    who: str = ""
    person: int | None = None
    part: str = ""
    ccns: tuple[str, ...] = ()
    request: int | None = None
    action: str = ""
    since: str = ""
    until: str = ""
    by: str = ""

    @property
    def needs_person(self) -> bool:
        return bool(self.who) and self.person is None

    @property
    def types(self) -> tuple[str, ...]:
        return words.types_of(self.action)

    @property
    def leaves_looks_out(self) -> bool:
        return self.action == NO_LOOKS

    @property
    def starts_at(self) -> datetime | None:
        return _midnight(date.fromisoformat(self.since)) if self.since else None

    @property
    def ends_at(self) -> datetime | None:
        """The end of the last day, which is not part of it."""
        if not self.until:
            return None
        return _midnight(date.fromisoformat(self.until) + timedelta(days=1))

    @property
    def used(self) -> list[str]:
        """The names of what was searched by: what the trail keeps of a search."""
        said = {**asdict(self), "who": "", "action": self.action if self.types else ""}
        return [name for name, value in said.items() if value]

    def of_person(self, person: User) -> Criteria:
        return replace(self, person=person.pk)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time_of_day(), tzinfo=EASTERN)


def write(criteria: Criteria, viewer: User) -> str:
    said = {name: value for name, value in asdict(criteria).items() if value}
    return encrypt(json.dumps([viewer.pk, int(time.time()), said]))


def read(token: str, viewer: User) -> Criteria | None:
    """None when it is somebody else's, yesterday's, or no search at all."""
    try:
        viewer_id, at, said = json.loads(decrypt(token))
        is_theirs = viewer_id == viewer.pk and time.time() - at < _TOKEN_SECONDS
        said["ccns"] = tuple(said.get("ccns", ()))
        return Criteria(**said) if is_theirs else None
    except (Undecipherable, ValueError, TypeError):
        return None
