"""What a reviewer narrows the queue to: read from the address, and turned into conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access_requests import keyset
from access_requests.desk import due, flags
from access_requests.desk.flags import Flag
from accounts.business_days import submitted_before

AGES = {"late": _("Late"), "today": _("Due today"), "on_time": _("On time")}


@dataclass(frozen=True)
class Filters:
    """Empty: everything. What the address says wrongly is left out."""

    state: str = ""
    chain: int | None = None
    flag: str = ""
    age: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        state = query.get("state", "").upper()
        return cls(
            state=state if len(state) == 2 and state.isascii() and state.isalpha() else "",
            chain=keyset.read_id(query.get("chain", "")),
            flag=query.get("flag", "") if query.get("flag") in flags.BY_CODE else "",
            age=query.get("age", "") if query.get("age") in AGES else "",
        )

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def rough_flag(self) -> Flag | None:
        """Of which the database finds too many."""
        flag = flags.BY_CODE.get(self.flag)
        return flag if flag and flag.is_rough else None

    def url(self, path: str, after: str = "") -> str:
        said = {"state": self.state, "chain": self.chain, "flag": self.flag, "age": self.age}
        query = {name: value for name, value in (said | {"after": after}).items() if value}
        return f"{path}?{urlencode(query)}" if query else path

    def conditions(self) -> Conditions:
        found = Conditions()
        if self.state:
            found.add("home.state = %(state)s", state=self.state)
        if self.chain is not None:
            found.add("home.chain_id = %(chain)s", chain=self.chain)
        if self.flag:
            found.add(flags.BY_CODE[self.flag].condition)
        if self.age:
            # The target day has passed: so many business days had gone by yesterday.
            yesterday = timezone.now() - timedelta(days=1)
            late = submitted_before(due.TARGET_BUSINESS_DAYS, yesterday)
            today = submitted_before(due.TARGET_BUSINESS_DAYS)
            match self.age:
                case "late":
                    found.add("request.submitted_at < %(late)s", late=late)
                case "today":
                    found.add(
                        "request.submitted_at >= %(late)s AND request.submitted_at < %(today)s",
                        late=late,
                        today=today,
                    )
                case _:
                    found.add("request.submitted_at >= %(today)s", today=today)
        return found


@dataclass
class Conditions:
    """Conditions on the rows of sql.CASE, and their parameters."""

    sql: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)

    def add(self, condition: str, **parameters: Any) -> None:
        self.sql.append(condition)
        self.parameters |= parameters

    @property
    def text(self) -> str:
        return "".join(f"\n   AND {each}" for each in self.sql)
