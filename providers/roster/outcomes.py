"""What an import answers: the counts, or why a person has to look again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from providers.roster.differences import Difference
from providers.roster.layouts import Unusable
from providers.roster.rows import Rejection


class WouldCloseTooMany(Unusable):
    """More than 5 percent of what the layout lists. A person may allow it."""


class DifferenceChanged(Unusable):
    """The roster is no longer what it was when a person accepted the difference."""


class Older(Unusable):
    """A newer file of its layout was imported already. A person may allow it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """created + updated + unchanged + merged + rejected = rows.

    The digest is of the differences; where rows were repaired, of those before the repairs, which
    are what a person saw and accepted.
    """

    layout: str
    rows: int
    created: int
    updated: int
    unchanged: int
    merged: int
    closed: int
    rejected: int
    rejections: list[Rejection]
    would_close_too_many: bool = False
    # Only where they were asked for.
    differences: list[Difference] = field(default_factory=list)
    digest: str = ""
    # The day the file speaks of, where it says.
    as_of: date | None = field(default=None, compare=False)
    # Of the RosterImport; none after a dry run.
    import_id: int | None = field(default=None, compare=False)

    def counts(self) -> dict[str, Any]:
        names = ("rows", "created", "updated", "unchanged", "merged", "closed", "rejected")
        return {name: getattr(self, name) for name in names}
