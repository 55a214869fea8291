"""What a comparison found, as rows: written at one go, read a page at a time."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from providers.models import Provider, RosterDifference, RosterUpload
from providers.roster import kinds_of_change
from providers.roster.importing import Difference, Outcome

What = RosterDifference.What
_LONGEST: Final = {"ccn": 60, "name": 200}
_COPY: Final = """
    COPY providers_rosterdifference (
        upload_id, what, "row", ccn, name, state, before, after, reason, repaired_ccn,
        repair_accepted
    ) FROM STDIN WITH (
        FORMAT csv, FORCE_NOT_NULL (ccn, name, state, reason, repaired_ccn)
    )
"""


def replace(upload: RosterUpload, differences: Iterable[Difference]) -> None:
    """What was accepted as repaired is no difference any more, yet stays: it can be taken back.

    A repair that did not help is forgotten: its row is rejected again, for another reason.
    """
    differences = list(differences)
    rejected = [each.row for each in differences if each.what == What.REJECTED]
    upload.differences.exclude(repair_accepted=True).delete()
    upload.differences.filter(row__in=rejected).delete()
    repaired, text = repairs(upload), io.StringIO()
    csv.writer(text).writerows(_cells(upload, each, repaired) for each in differences)
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(_COPY, text)


def _cells(
    upload: RosterUpload, each: Difference, repaired: Mapping[int, str]
) -> tuple[object, ...]:
    return (
        upload.pk,
        each.what,
        each.row,
        each.ccn[: _LONGEST["ccn"]],
        each.name[: _LONGEST["name"]],
        each.state,
        json.dumps(each.before),
        json.dumps(each.after),
        each.reason,
        each.repaired_ccn or repaired.get(each.row or 0, ""),
        False,
    )


def counts(upload: RosterUpload, outcome: Outcome) -> dict[str, Any]:
    """The counts of an import, lines by what they say, and how many providers the layout lists."""
    listed = Provider.objects.filter(closed_on=None, listed_in__contains=[outcome.layout])
    lines = Counter(str(each.what) for each in outcome.differences)
    repairs = repairable(upload).values_list("repair_accepted", flat=True)
    return {
        **outcome.counts(),
        "lines": {str(what): lines[what] for what in What},
        **kinds_of_change.counts(outcome.differences),
        "as_of": outcome.as_of.isoformat() if outcome.as_of else "",
        "repairable": len(repairs),
        "repaired": sum(repairs),
        "listed": listed.count(),
    }


def repairable(upload: RosterUpload) -> QuerySet[RosterDifference]:
    """Rows whose CCN was damaged in a way that shows what it was; accepted ones too."""
    return upload.differences.filter(what=What.REJECTED).exclude(repaired_ccn="")


def repairs(upload: RosterUpload) -> dict[int, str]:
    """What a person accepted, as the import takes it: {row: CCN}."""
    accepted = repairable(upload).filter(repair_accepted=True)
    return {row: ccn for row, ccn in accepted.values_list("row", "repaired_ccn") if row}
