"""The SQL of an import.

A list leads unless it follows another (see layouts). Where both list a provider, the one that
follows gives the phone of record, and every field that the leading one's row leaves blank; which
these are is kept on the provider (left_blank), so that the order of two imports does not matter
and an import of the same file again changes nothing.
"""

from __future__ import annotations

from typing import Final

from providers.roster.layouts import Layout

TEXTS: Final = (
    "name",
    "doing_business_as",
    "legal_name",
    "address_line_1",
    "address_line_2",
    "city",
    "state",
    "zip_code",
    "phone",
    "enrollment_id",
    "npi",
)
# What an import writes of a provider, beside its CCN and that it is open.
FIELDS: Final = (
    "kind",
    "name",
    "doing_business_as",
    "legal_name",
    "chain_id",
    "address_line_1",
    "address_line_2",
    "city",
    "state",
    "zip_code",
    "phone",
    "listed_in",
    "left_blank",
)

CREATE: Final = f"""
    CREATE TEMPORARY TABLE roster_row (
        number integer, ccn text, enrolled_ccn text, kind text, is_primary boolean,
        chain_id bigint, left_blank varchar[], {", ".join(f"{column} text" for column in TEXTS)}
    ) ON COMMIT DROP
"""

# Of a provider that the leading list names, which fields it leaves to the one that follows.
_IS_LEFT: Final = "'{column}' = ANY (old.left_blank)"
# One of two lists names this provider already, and the other says what this one leaves blank.
_IS_SAID_ELSEWHERE: Final = """
    old.listed_in && %(followers)s::varchar[]
    AND ('{column}' = ANY (old.left_blank) OR NOT %(layout)s = ANY (old.listed_in))
"""


def providers(layout: Layout, known: frozenset[str], tell_values: bool) -> str:
    new = {field: _new_value(field, layout, known) for field in FIELDS}
    computed = ",\n".join(f"{value} AS {field}" for field, value in new.items())
    before = ", ".join(f"old.{field} AS old_{field}" for field in FIELDS)
    fields = ", ".join(FIELDS)
    old_fields = ", ".join(f"old_{field}" for field in FIELDS)
    told = f", {old_fields}, {fields}" if tell_values else ""
    # Made of the names above only; what a file says comes by COPY.
    return f"""
        WITH wanted AS (
            SELECT row.ccn, row.number, old.id AS old_id, old.closed_on AS was_closed_on,
                old.ccn IS NULL AS is_new,
                {computed}, {before}
            FROM roster_row AS row
            LEFT JOIN providers_provider AS old ON old.ccn = row.ccn
            WHERE row.is_primary
        ), different AS MATERIALIZED (
            SELECT * FROM wanted
            WHERE is_new OR was_closed_on IS NOT NULL
                OR ({fields}) IS DISTINCT FROM ({old_fields})
        ), saved AS (
            INSERT INTO providers_provider AS provider (ccn, {fields})
            SELECT ccn, {fields} FROM different
            ORDER BY old_id, number
            ON CONFLICT (ccn) DO UPDATE SET
                closed_on = NULL, {", ".join(f"{field} = EXCLUDED.{field}" for field in FIELDS)}
        )
        SELECT number, ccn, name, state, is_new, was_closed_on IS NOT NULL{told}
        FROM different
        ORDER BY number
    """  # noqa: S608


def _new_value(field: str, layout: Layout, known: frozenset[str]) -> str:
    if field == "kind":
        return "row.kind"
    if field == "listed_in":
        return """CASE WHEN %(layout)s = ANY (old.listed_in) THEN old.listed_in
            ELSE array_append(old.listed_in, %(layout)s) END"""
    own = _own_value(field, layout, known)
    if field == "phone" or not layout.follows:
        return own
    if field == "left_blank":
        kept = "old.left_blank"
    elif field in {"state", "doing_business_as"}:
        kept = f"old.{field}"
    else:
        column = {"chain_id": "chain_name", "address_line_2": "address_line_1"}.get(field, field)
        kept = f"CASE WHEN {_IS_LEFT.format(column=column)} THEN {own} ELSE old.{field} END"
    return f"CASE WHEN %(followed)s = ANY (old.listed_in) THEN {kept} ELSE {own} END"


def _own_value(field: str, layout: Layout, known: frozenset[str]) -> str:
    """What the row makes of a field where its list leads.

    A blank cell never takes away an address, a phone or a legal name that another list knows.
    """
    if field == "left_blank":
        return "'{}'" if layout.follows else "row.left_blank"
    if field == "state":
        return "row.state"
    if field in {"name", "chain_id"}:
        column = "chain_name" if field == "chain_id" else field
        if column not in known:
            return f"old.{field}"
        said_elsewhere = _IS_SAID_ELSEWHERE.format(column=column)
        return f"""CASE WHEN '{column}' = ANY (row.left_blank) AND {said_elsewhere}
            THEN old.{field} ELSE row.{field} END"""
    if field not in known:
        return f"COALESCE(old.{field}, '')"
    if field == "doing_business_as":
        return "row.doing_business_as"
    if field == "address_line_2":
        return """CASE WHEN row.address_line_1 = '' THEN COALESCE(old.address_line_2, '')
            ELSE row.address_line_2 END"""
    return f"COALESCE(NULLIF(row.{field}, ''), old.{field}, '')"


ENROLLMENT_FIELDS: Final = ("ccn", "npi", "organization_name", "doing_business_as")

_ENROLLMENTS: Final = f"""
    WITH different AS MATERIALIZED (
        SELECT row.number, provider.ccn AS provider_ccn, provider.name, provider.state,
            row.is_primary, row.enrollment_id, old.id IS NULL AS is_new, provider.id AS provider_id,
            {", ".join(f"old.{field} AS old_{field}" for field in ENROLLMENT_FIELDS)},
            row.enrolled_ccn AS ccn, row.npi, row.legal_name AS organization_name,
            row.doing_business_as
        FROM roster_row AS row
        JOIN providers_provider AS provider ON provider.ccn = row.ccn
        LEFT JOIN providers_enrollment AS old ON old.enrollment_id = row.enrollment_id
        WHERE old.id IS NULL OR (
            old.provider_id, old.ccn, old.npi, old.organization_name, old.doing_business_as
        ) IS DISTINCT FROM (
            provider.id, row.enrolled_ccn, row.npi, row.legal_name, row.doing_business_as
        )
    ), saved AS (
        INSERT INTO providers_enrollment AS enrollment (
            enrollment_id, provider_id, {", ".join(ENROLLMENT_FIELDS)}
        )
        SELECT enrollment_id, provider_id, {", ".join(ENROLLMENT_FIELDS)} FROM different
        ON CONFLICT (enrollment_id) DO UPDATE SET
            provider_id = EXCLUDED.provider_id,
            {", ".join(f"{field} = EXCLUDED.{field}" for field in ENROLLMENT_FIELDS)}
    )
    SELECT number, provider_ccn, name, state, is_primary, enrollment_id, is_new
        {{told}}
    FROM different
    ORDER BY number
"""  # noqa: S608


def enrollments(tell_values: bool) -> str:
    old_fields = [f"old_{field}" for field in ENROLLMENT_FIELDS]
    told = ", " + ", ".join([*old_fields, *ENROLLMENT_FIELDS]) if tell_values else ""
    return _ENROLLMENTS.format(told=told)


ABSENT: Final = """
    WITH absent AS (
        SELECT id, closed_on, array_remove(listed_in, %(layout)s) AS still_listed_in
        FROM providers_provider
        WHERE %(layout)s = ANY (listed_in)
            AND ccn NOT IN (SELECT ccn FROM roster_row)
            AND ccn <> ALL (%(doubtful_ccns)s)
            AND NOT EXISTS (
                SELECT FROM providers_enrollment AS enrollment
                WHERE enrollment.provider_id = providers_provider.id
                    AND enrollment.enrollment_id = ANY (%(doubtful_enrollments)s)
            )
        ORDER BY id
        FOR NO KEY UPDATE
    ), saved AS (
        UPDATE providers_provider AS provider
        SET listed_in = still_listed_in,
            left_blank = CASE WHEN still_listed_in && %(followers)s::varchar[] THEN '{}'
                ELSE left_blank END,
            closed_on = CASE WHEN still_listed_in = '{}'
                THEN COALESCE(provider.closed_on, %(today)s) ELSE provider.closed_on END
        FROM absent
        WHERE absent.id = provider.id
        RETURNING provider.ccn, provider.name, provider.state, still_listed_in::text[],
            still_listed_in = '{}' AND absent.closed_on IS NULL
    )
    SELECT * FROM saved ORDER BY 1
"""
