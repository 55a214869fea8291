"""What a PSO narrows the queue to: read from the address, and turned into conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from access_requests.models import Affiliation
from access_requests.pso_queue import searching
from access_requests.queue import Narrowed
from accounts.business_days import submitted_before
from accounts.models import User
from providers.ccn import squeeze

SIZES = (25, 50, 100)
# In business days: as old as this, or older. Reminders leave after 2 and 5, and after 10 the
# Service Center steps in (rule 24).
AGES = {
    "2": _("2 business days or more"),
    "5": _("5 business days or more"),
    "10": _("10 business days or more"),
}
KINDS = {Affiliation.EMPLOYED.value: _("Employed"), Affiliation.VENDOR.value: _("Vendor")}
INVITED = {"yes": _("Invited"), "no": _("Not invited")}


@dataclass(frozen=True)
class Filters:
    """Empty: everything. What the address says wrongly is left out.

    `search` is the token that stands for what was typed; `typed` is that, for this person alone.
    """

    ccn: str = ""
    state: str = ""
    role: str = ""
    kind: str = ""
    age: str = ""
    invited: str = ""
    search: str = ""
    typed: str = ""
    size: int = SIZES[0]

    @classmethod
    def read(cls, query: Mapping[str, str], reader: User) -> Filters:
        def among(name: str, values: Mapping[str, object]) -> str:
            value = query.get(name, "")
            return value if value in values else ""

        def word(name: str, longest: int) -> str:
            value = query.get(name, "")
            fits = value.isascii() and value.replace("_", "").isalnum() and len(value) <= longest
            return value if fits else ""

        size, token = query.get("size", ""), query.get("search", "")
        typed = searching.read_token(token, reader) if token else ""
        return cls(
            ccn=word("ccn", 10) and squeeze(word("ccn", 10)),
            state=word("state", 2).upper(),
            role=word("role", 30),
            kind=among("kind", KINDS),
            age=among("age", AGES),
            invited=among("invited", INVITED),
            search=token if typed else "",
            typed=typed,
            size=next((each for each in SIZES if str(each) == size), SIZES[0]),
        )

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return replace(self, size=SIZES[0]) != Filters()

    def url(self, path: str, **other: str) -> str:
        """`other` goes before what is chosen here; empty: that is left out."""
        said = {
            "ccn": self.ccn,
            "state": self.state,
            "role": self.role,
            "kind": self.kind,
            "age": self.age,
            "invited": self.invited,
            "search": self.search,
            "size": "" if self.size == SIZES[0] else str(self.size),
        }
        query = {name: value for name, value in (said | other).items() if value}
        return f"{path}?{urlencode(query)}" if query else path

    def narrowed(self) -> Narrowed:
        return Narrowed(
            ccn=self.ccn or None,
            state=self.state or None,
            role=self.role or None,
            kind=self.kind or None,
            before=submitted_before(int(self.age)) if self.age else None,
            is_invited=self.invited == "yes" if self.invited else None,
            called=searching.patterns(self.typed) if self.typed else None,
            most_called=searching.MOST_PEOPLE,
        )
