"""Which CCNs are meant: those of a state, kind, chain or program, at a level, where people wait."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Final
from urllib.parse import urlencode

PEOPLE, FIRST_PSOS = "people", "first_psos"

# Of `ccn`, a row of CcnReadiness. What it says of people waiting is 0 where there is a PSO.
_CONDITIONS: Final = {
    "state": "ccn.state = %(state)s",
    "kind": "ccn.kind = %(kind)s",
    "chain": "ccn.chain_id = %(chain)s",
    "program": (
        "ccn.kind IN (SELECT unnest(kinds) FROM providers_program WHERE code = %(program)s)"
    ),
}
_LEVELS: Final = ("ccn.psos = 0", "ccn.psos = 1", "ccn.psos >= 2")
_WAITING: Final = {PEOPLE: "ccn.waiting > 0", FIRST_PSOS: "ccn.first_psos > 0"}


@dataclass(frozen=True, kw_only=True)
class Scope:
    """All open CCNs, or those that meet every condition that is set."""

    state: str = ""
    kind: str = ""
    chain: int | None = None
    program: str = ""
    level: int | None = None
    waiting: str = ""

    def narrowed(self, **conditions: Any) -> Scope:
        return replace(self, **conditions)

    @property
    def conditions(self) -> dict[str, str | int]:
        """What is set, as it stands in an address."""
        told = ((key, getattr(self, key)) for key in _KEYS)
        return {key: value for key, value in told if value not in ("", None)}

    @property
    def query(self) -> str:
        return urlencode(self.conditions)

    @property
    def where(self) -> str:
        """SQL over `ccn`, with `conditions` as its parameters."""
        told = [sql for key, sql in _CONDITIONS.items() if key in self.conditions]
        if self.level is not None:
            told.append(_LEVELS[self.level])
        if self.waiting:
            told.append(_WAITING[self.waiting])
        return " AND ".join(told) or "true"


_KEYS: Final = tuple(field.name for field in fields(Scope))
