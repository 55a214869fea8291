"""The CCNs behind a number: a page at a time, and all of them for a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from access_requests.models import Contact
from access_requests.readiness.scope import Scope
from accounts.csv_export import AsText, Cell
from providers.kinds import Kind
from providers.models import Provider
from providers.names import title

PAGE_SIZE: Final = 50
_KEY = re.compile(r"([A-Z]{2})-([0-9A-Z]{1,10})")

# Counted in the same statement, so that the number is that of this list: these rows are as many
# as there are open CCNs, and no more with every request.
_PAGE: Final = """
WITH page AS (
    SELECT ccn.provider_id, ccn.state, ccn.ccn, ccn.psos, ccn.waiting, ccn.first_psos
      FROM access_requests_ccnreadiness AS ccn
     WHERE {where} AND (ccn.state, ccn.ccn) > (%(after_state)s, %(after_ccn)s)
     ORDER BY ccn.state, ccn.ccn
     LIMIT %(limit)s
)
SELECT counted.*, page.*
  FROM (SELECT count(*), coalesce(sum(ccn.waiting), 0)::bigint,
               coalesce(sum(ccn.first_psos), 0)::bigint
          FROM access_requests_ccnreadiness AS ccn WHERE {where}) AS counted
  LEFT JOIN page ON true
 ORDER BY page.state, page.ccn
"""

_FILE: Final = """
SELECT ccn.ccn, provider.name, provider.city, ccn.state, ccn.kind, chain.name, provider.phone,
       ccn.psos, ccn.waiting, ccn.first_psos,
       EXISTS (SELECT FROM access_requests_contact AS contact
                WHERE contact.provider_id = ccn.provider_id AND contact.removed_at IS NULL)
  FROM access_requests_ccnreadiness AS ccn
  JOIN providers_provider AS provider ON provider.id = ccn.provider_id
  LEFT JOIN providers_chain AS chain ON chain.id = ccn.chain_id
 WHERE {where}
 ORDER BY ccn.state, ccn.ccn
"""


@dataclass(frozen=True)
class Row:
    provider: Provider
    psos: int
    waiting: int
    first_psos: int
    has_contact: bool


@dataclass(frozen=True)
class Page:
    """`after` is the key of the last row when more follow."""

    rows: list[Row]
    ccns: int
    waiting: int
    first_psos: int
    after: str


def page(scope: Scope, after: str = "") -> Page:
    """Three queries, however many CCNs there are."""
    key = _KEY.fullmatch(after)
    after_state, after_ccn = key.groups() if key else ("", "")
    with connection.cursor() as cursor:
        cursor.execute(
            _PAGE.format(where=scope.where),
            scope.conditions
            | {"after_state": after_state, "after_ccn": after_ccn, "limit": PAGE_SIZE + 1},
        )
        found = cursor.fetchall()
    ccns, waiting, first_psos = found[0][:3]
    listed = [row[3:] for row in found if row[3] is not None]
    shown = listed[:PAGE_SIZE]
    last_state, last_ccn = shown[-1][1:3] if shown else ("", "")
    return Page(
        rows=_rows({row[0]: row[3:] for row in shown}),
        ccns=ccns,
        waiting=waiting,
        first_psos=first_psos,
        after=f"{last_state}-{last_ccn}" if len(listed) > PAGE_SIZE else "",
    )


def _rows(numbers: dict[int, tuple[int, int, int]]) -> list[Row]:
    providers = Provider.objects.select_related("chain").in_bulk(list(numbers))
    living = Contact.objects.filter(provider__in=numbers, removed_at=None)
    with_contact = set(living.values_list("provider", flat=True))
    return [
        Row(providers[pk], *its_numbers, has_contact=pk in with_contact)
        for pk, its_numbers in numbers.items()
    ]


def file_header() -> list[str]:
    return [
        _("CCN"),
        _("Name"),
        _("City"),
        _("State"),
        _("Kind"),
        _("Chain"),
        _("Phone of record"),
        _("PSOs"),
        _("People waiting for a first PSO"),
        _("PSO requests waiting for CMS"),
        _("Contact known"),
    ]


def file_rows(scope: Scope) -> Iterator[list[Cell]]:
    """Every CCN of the list, by a cursor of the server: one statement, little memory."""
    # Behind PgBouncer there are no such cursors.
    plain = connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
    yes, no = _("yes"), _("no")
    kinds = {str(kind.value): str(kind.label) for kind in Kind}
    with connection.cursor() if plain else connection.chunked_cursor() as cursor:
        cursor.execute(_FILE.format(where=scope.where), scope.conditions)
        for ccn, name, city, state, kind, chain, phone, *numbers, has_contact in cursor:
            yield [
                AsText(ccn),
                title(name),
                title(city),
                state,
                kinds[kind],
                title(chain or ""),
                phone,
                *numbers,
                yes if has_contact else no,
            ]
