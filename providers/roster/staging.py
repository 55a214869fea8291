"""COPY into a temporary table, then one guarded upsert each for chains, providers, enrollments.

The guard (IS DISTINCT FROM) stands before the upsert: a row that would not change is neither
locked nor given an ID from the sequence, and importing the same file again writes no row at all.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection
from django.db.backends.utils import CursorWrapper

from providers.roster.rows import Row, Table

_COLUMNS: Final = (
    "name",
    "doing_business_as",
    "legal_name",
    "chain_name",
    "chain_cms_id",
    "address_line_1",
    "address_line_2",
    "city",
    "state",
    "zip_code",
    "phone",
    "enrollment_id",
    "npi",
)

_CREATE: Final = """
    CREATE TEMPORARY TABLE roster_row (
        ccn text, enrolled_ccn text, kind text, is_primary boolean,
        name text, doing_business_as text, legal_name text, chain_name text, chain_cms_id text,
        address_line_1 text, address_line_2 text, city text, state text, zip_code text, phone text,
        enrollment_id text, npi text
    ) ON COMMIT DROP
"""

_CHAINS: Final = """
    INSERT INTO providers_chain AS chain (name, cms_id)
    SELECT chain_name, min(chain_cms_id)
    FROM roster_row
    WHERE chain_name <> ''
    GROUP BY chain_name
    EXCEPT
    SELECT name, cms_id FROM providers_chain
    ON CONFLICT (name) DO UPDATE SET cms_id = EXCLUDED.cms_id
    WHERE EXCLUDED.cms_id <> '' AND chain.cms_id IS DISTINCT FROM EXCLUDED.cms_id
"""

# A blank cell never takes away an address, a phone or a legal name that another list knows.
_PROVIDERS: Final = """
    WITH wanted AS (
        SELECT
            row.ccn,
            row.kind,
            row.name,
            row.doing_business_as,
            COALESCE(NULLIF(row.legal_name, ''), old.legal_name, '') AS legal_name,
            CASE WHEN %(knows_chains)s THEN chain.id ELSE old.chain_id END AS chain_id,
            COALESCE(NULLIF(row.address_line_1, ''), old.address_line_1, '') AS address_line_1,
            CASE WHEN row.address_line_1 = '' THEN COALESCE(old.address_line_2, '')
                ELSE row.address_line_2 END AS address_line_2,
            COALESCE(NULLIF(row.city, ''), old.city, '') AS city,
            row.state,
            COALESCE(NULLIF(row.zip_code, ''), old.zip_code, '') AS zip_code,
            COALESCE(NULLIF(row.phone, ''), old.phone, '') AS phone,
            CASE WHEN %(layout)s = ANY (old.listed_in) THEN old.listed_in
                ELSE array_append(old.listed_in, %(layout)s) END AS listed_in,
            old.closed_on AS was_closed_on,
            old.ccn IS NULL AS is_new,
            old.kind AS old_kind, old.name AS old_name,
            old.doing_business_as AS old_doing_business_as, old.legal_name AS old_legal_name,
            old.chain_id AS old_chain_id, old.address_line_1 AS old_address_line_1,
            old.address_line_2 AS old_address_line_2, old.city AS old_city,
            old.state AS old_state, old.zip_code AS old_zip_code, old.phone AS old_phone,
            old.listed_in AS old_listed_in
        FROM roster_row AS row
        LEFT JOIN providers_chain AS chain ON chain.name = row.chain_name
        LEFT JOIN providers_provider AS old ON old.ccn = row.ccn
        WHERE row.is_primary
    ), saved AS (
        INSERT INTO providers_provider AS provider (
            ccn, kind, name, doing_business_as, legal_name, chain_id, address_line_1,
            address_line_2, city, state, zip_code, phone, listed_in
        )
        SELECT
            ccn, kind, name, doing_business_as, legal_name, chain_id, address_line_1,
            address_line_2, city, state, zip_code, phone, listed_in
        FROM wanted
        WHERE is_new OR was_closed_on IS NOT NULL OR (
            kind, name, doing_business_as, legal_name, chain_id, address_line_1,
            address_line_2, city, state, zip_code, phone, listed_in
        ) IS DISTINCT FROM (
            old_kind, old_name, old_doing_business_as, old_legal_name, old_chain_id,
            old_address_line_1, old_address_line_2, old_city, old_state, old_zip_code, old_phone,
            old_listed_in
        )
        ON CONFLICT (ccn) DO UPDATE SET
            kind = EXCLUDED.kind, name = EXCLUDED.name,
            doing_business_as = EXCLUDED.doing_business_as, legal_name = EXCLUDED.legal_name,
            chain_id = EXCLUDED.chain_id, address_line_1 = EXCLUDED.address_line_1,
            address_line_2 = EXCLUDED.address_line_2, city = EXCLUDED.city,
            state = EXCLUDED.state, zip_code = EXCLUDED.zip_code, phone = EXCLUDED.phone,
            listed_in = EXCLUDED.listed_in, closed_on = NULL
        RETURNING provider.ccn
    )
    SELECT ccn, is_new, was_closed_on IS NOT NULL FROM saved JOIN wanted USING (ccn)
"""

_ENROLLMENTS: Final = """
    WITH saved AS (
        INSERT INTO providers_enrollment AS enrollment (
            enrollment_id, provider_id, ccn, npi, organization_name, doing_business_as
        )
        SELECT
            row.enrollment_id, provider.id, row.enrolled_ccn, row.npi, row.legal_name,
            row.doing_business_as
        FROM roster_row AS row
        JOIN providers_provider AS provider ON provider.ccn = row.ccn
        LEFT JOIN providers_enrollment AS old ON old.enrollment_id = row.enrollment_id
        WHERE old.id IS NULL OR (
            old.provider_id, old.ccn, old.npi, old.organization_name, old.doing_business_as
        ) IS DISTINCT FROM (
            provider.id, row.enrolled_ccn, row.npi, row.legal_name, row.doing_business_as
        )
        ON CONFLICT (enrollment_id) DO UPDATE SET
            provider_id = EXCLUDED.provider_id, ccn = EXCLUDED.ccn, npi = EXCLUDED.npi,
            organization_name = EXCLUDED.organization_name,
            doing_business_as = EXCLUDED.doing_business_as
        RETURNING enrollment.enrollment_id
    )
    SELECT row.ccn
    FROM saved
    JOIN roster_row AS row USING (enrollment_id)
    WHERE row.is_primary
"""

_ABSENT: Final = """
    UPDATE providers_provider AS provider
    SET listed_in = array_remove(listed_in, %(layout)s),
        closed_on = CASE
            WHEN closed_on IS NOT NULL THEN closed_on
            WHEN array_remove(listed_in, %(layout)s) = '{}' THEN %(today)s
        END
    WHERE %(layout)s = ANY (listed_in)
        AND ccn NOT IN (SELECT ccn FROM roster_row)
        AND ccn <> ALL (%(doubtful_ccns)s)
        AND NOT EXISTS (
            SELECT FROM providers_enrollment AS enrollment
            WHERE enrollment.provider_id = provider.id
                AND enrollment.enrollment_id = ANY (%(doubtful_enrollments)s)
        )
    RETURNING ccn, listed_in = '{}'
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """CCNs, by what the file changed about them."""

    created: set[str]
    updated: set[str]
    reopened: list[str]
    closed: list[str]


def write(table: Table, *, today: date) -> Changes:
    """In the caller's transaction."""
    parameters: dict[str, str | bool | date | list[str]] = {
        "layout": table.layout.code,
        "knows_chains": table.layout.knows_chains,
        "today": today,
        "doubtful_ccns": list(table.doubtful_ccns),
        "doubtful_enrollments": list(table.doubtful_enrollments),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        _copy(cursor, table.rows)
        cursor.execute(_CHAINS)
        cursor.execute(_PROVIDERS, parameters)
        saved = cursor.fetchall()
        cursor.execute(_ENROLLMENTS)
        enrolled = {ccn for (ccn,) in cursor.fetchall()}
        cursor.execute(_ABSENT, parameters)
        closed = sorted(ccn for ccn, is_closed in cursor.fetchall() if is_closed)
        # Not left to the end of the transaction: a test may hold one open over two imports.
        cursor.execute("DROP TABLE roster_row")
    created = {ccn for ccn, is_new, _reopened in saved if is_new}
    return Changes(
        created=created,
        updated=({ccn for ccn, _is_new, _reopened in saved} | enrolled) - created,
        reopened=sorted(ccn for ccn, _is_new, was_closed in saved if was_closed),
        closed=closed,
    )


def _copy(cursor: CursorWrapper, rows: Iterable[Row]) -> None:
    lines = (
        "\t".join(
            (
                row.reading.ccn,
                row.reading.ccn + row.reading.enrollment_suffix,
                row.reading.kind.value,
                "t" if row.is_primary else "f",
                *(row.values.get(column, "") for column in _COLUMNS),
            )
        )
        for row in rows
    )
    # COPY's text format: cells hold no tabs or line ends (they were split on), so only the
    # backslash needs care.
    text = "\n".join(lines).replace("\\", "\\\\")
    cursor.copy_expert("COPY roster_row FROM STDIN", io.StringIO(text))
