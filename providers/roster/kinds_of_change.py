"""What is different about a provider, in the kinds that a person sorts a comparison by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db.models import F, Func, JSONField, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from providers.models import RosterDifference
from providers.roster.differences import Difference

What = RosterDifference.What
# Known from another list, named by this one too, and nothing else differs.
LISTED: Final = "listed"
_LISTED_IN: Final = "listed_in"

FIELDS: Final = {
    "name": ("name", "doing_business_as"),
    "phone": ("phone",),
    "chain": ("chain", "chain_name"),
    "address": ("address_line_1", "address_line_2", "city", "state", "zip_code"),
    "owner": ("legal_name",),
}
LABELS: Final = {
    "name": _("Name"),
    "phone": _("Phone of record"),
    "chain": _("Chain"),
    "address": _("Address"),
    "owner": _("Owner"),
}


class _WithoutListing(Func):
    template = f"(%(expressions)s - '{_LISTED_IN}')"
    output_field = JSONField()


def counts(differences: Iterable[Difference]) -> dict[str, Any]:
    """How many are only listed here too, and how many of the other changes are of each kind."""
    listed, by_field = 0, Counter[str]()
    for each in differences:
        if each.what != What.CHANGED:
            continue
        names = {*each.before, *each.after}
        listed += names == {_LISTED_IN} and each.row is not None
        by_field.update(kind for kind, fields in FIELDS.items() if names.intersection(fields))
    return {"listed_too": listed, "fields": dict(by_field)}


def lines(counted: Mapping[str, Any]) -> dict[str, int]:
    """Lines by what they say, those that are only listed here too apart from the changes."""
    told, listed = dict(counted["lines"]), counted.get("listed_too", 0)
    return told | {str(What.CHANGED): told[What.CHANGED] - listed, LISTED: listed}


def only_listed(rows: QuerySet[RosterDifference]) -> QuerySet[RosterDifference]:
    return _apart(rows).filter(_ONLY_LISTED)


def changed(rows: QuerySet[RosterDifference], field: str = "") -> QuerySet[RosterDifference]:
    """Really so; of one kind where a field is named."""
    if not field:
        return _apart(rows).exclude(_ONLY_LISTED)
    names = list(FIELDS[field])
    return rows.filter(Q(before__has_any_keys=names) | Q(after__has_any_keys=names))


def _apart(rows: QuerySet[RosterDifference]) -> QuerySet[RosterDifference]:
    return rows.alias(
        before_else=_WithoutListing(F("before")), after_else=_WithoutListing(F("after"))
    )


# Without a row it is what the file names no longer.
_ONLY_LISTED: Final = Q(before_else={}, after_else={}, row__isnull=False) & (
    Q(before__has_key=_LISTED_IN) | Q(after__has_key=_LISTED_IN)
)
