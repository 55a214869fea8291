# ruff: noqa: S608 - the statements are put together from numbers in this file
"""The largest chain of the country beside a PSO of one CCN and one of many quiet CCNs.

Rows beside those of a_ready_country, which must be loaded first. The chain has so many CCNs with
some fifty people each and about six open requests each; the one CCN has as many open requests as
fill three pages, of the same sorts. Nobody waits at the quiet ones. Every sort of evidence occurs.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from tests.access_requests.a_whole_country import COLUMNS, TABLES
from tests.readiness import a_ready_country as country

FIRST_NAMES = (
    "Ada Ben Cleo Dee Ed Fay Gus Hal Ida Jon Kim Lea Max Nan Oda Pat Ray Sue Tom Una".split()
)
LAST_NAMES = (
    "Winter Summer Stone Brook Field Marsh Hill Wood Lake Ford Reed Fox Hale Moss Wells".split()
)
STATES = "AL TX OH NY FL CA GA IL IN KY LA MI MO NC PA TN VA WI".split()
CHAIN, QUIET_CHAIN = 90_001, 90_002


@dataclass(frozen=True)
class Sizes:
    ccns: int = 340
    open_requests: int = 2_000
    staff: int = 50
    quiet: int = 300
    at_one: int = 75


@dataclass(frozen=True)
class People:
    """Who looks at the queue, and the first of those who ask."""

    of_chain: int
    of_one: int
    of_quiet: int
    first_asker: int


def _array(words: list[str]) -> str:
    return "ARRAY['" + "','".join(words) + "']"


_NAME = (
    f"({_array(FIRST_NAMES)})[1 + n % {len(FIRST_NAMES)}] || ' ' ||"
    f" ({_array(LAST_NAMES)})[1 + (n / 7) % {len(LAST_NAMES)}]"
)
_USER_COLUMNS = """id, username, email, password, full_name, cms_role, is_superuser, is_staff,
    is_active, date_joined, phone, employer, job_title, identity_proofing, user_id_flags"""
_USER_REST = "'', false, false, true, now() - n % 700 * interval '1 day', '', '', '', 'none', '{}'"
_STATED = """CASE n % 4 WHEN 0 THEN 'vendor' ELSE 'employed' END,
    CASE n % 4 WHEN 0 THEN 'Billing clerk' ELSE 'Nurse' END,
    CASE n % 4 WHEN 0 THEN 'Billing Partners Inc' ELSE 'Harbor Care LLC' END,
    '', '', false, false"""
_ROLE = """CASE n % 4 WHEN 0 THEN 'assessment_submitter' WHEN 1 THEN 'assessment_viewer'
    WHEN 2 THEN 'assessment_coordinator' ELSE CASE n % 8 WHEN 3 THEN 'pso'
    ELSE 'assessment_viewer' END END"""
_EMPLOYED = "'employed', 'Nurse', 'Harbor Care LLC', '', '', false, false"


def statements(sizes: Sizes, base: int) -> list[str]:
    """`base` is above every number of the country: providers and people are counted from it."""
    chain_end = base + sizes.ccns
    one, quiet_end = chain_end + 1, chain_end + 1 + sizes.quiet
    staff, askers = base + 10, base + 10 + sizes.ccns * sizes.staff
    waiting = sizes.open_requests + sizes.at_one
    providers = """id, ccn, kind, name, doing_business_as, legal_name, address_line_1,
        address_line_2, city, state, zip_code, phone, listed_in, chain_id"""
    pso_of = f"""CASE WHEN p <= {chain_end} THEN {base + 1} WHEN p = {one} THEN {base + 2}
        ELSE {base + 3} END"""
    where = f"""CASE WHEN n <= {sizes.open_requests} THEN {base} + 1 + n % {sizes.ccns}
        ELSE {one} END"""
    return [
        f"""INSERT INTO providers_chain (id, name, cms_id)
            VALUES ({CHAIN}, 'HARBOR CARE', ''), ({QUIET_CHAIN}, 'QUIET HOMES', '')""",
        f"""INSERT INTO providers_provider ({providers})
            SELECT p, 'E3' || lpad((p - {base})::text, 4, '0'), 'snf',
                   'HARBOR HOME ' || p - {base}, '', '', '', '', 'MOBILE',
                   ({_array(STATES)})[1 + p % {len(STATES)}], '', '2515550100', '{{}}',
                   CASE WHEN p <= {chain_end} THEN {CHAIN} WHEN p > {one} THEN {QUIET_CHAIN} END
              FROM generate_series({base} + 1, {quiet_end}) AS p""",
        f"""INSERT INTO accounts_user ({_USER_COLUMNS})
            SELECT {base} + n, 'looker' || n, 'looker' || n || '@harbor.example', '', {_NAME},
                   {_USER_REST} FROM generate_series(1, 3) AS n""",
        # A third of the staff, and of those who ask, have addresses of other domains.
        f"""INSERT INTO accounts_user ({_USER_COLUMNS})
            SELECT {staff} + n, 'staff' || {base} + n, 'staff' || {base} + n || CASE n % 3
                   WHEN 0 THEN '@agency' || n % 500 || '.example' ELSE '@harbor.example' END,
                   '', {_NAME}, {_USER_REST}
              FROM generate_series(1, {sizes.ccns * sizes.staff}) AS n""",
        f"""INSERT INTO accounts_user ({_USER_COLUMNS})
            SELECT {askers} + n, 'asker' || {base} + n, 'asker' || {base} + n || CASE n % 3
                   WHEN 0 THEN '@agency' || n % 700 || '.example' ELSE '@harbor.example' END,
                   '', {_NAME}, {_USER_REST}
              FROM generate_series(1, {waiting}) AS n""",
        f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
            SELECT {pso_of}, p, 'pso', 'approved', {_EMPLOYED}, now() - interval '300 days',
                   now() - interval '299 days', {country.REVIEWER}, 'cms', '', '', ''
              FROM generate_series({base} + 1, {quiet_end}) AS p""",
        # The staff of every home of the chain, and of the one CCN as many.
        f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
            SELECT {staff} + n, {base} + 1 + n / {sizes.staff}, 'assessment_viewer', 'approved',
                   {_EMPLOYED}, now() - interval '250 days', now() - interval '249 days',
                   {base + 1}, 'pso', '', '', ''
              FROM generate_series(1, {sizes.ccns * sizes.staff}) AS n""",
        # Some who ask hold another role there already, or held one elsewhere.
        f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
            SELECT {askers} + n, {where}, 'provider_administrator', 'approved', {_EMPLOYED},
                   now() - interval '200 days', now() - interval '199 days', {base + 1}, 'pso',
                   '', '', ''
              FROM generate_series(1, {waiting}) AS n WHERE n % 5 = 0""",
        f"""INSERT INTO access_requests_roleassignment (access_request_id, user_id, provider_id,
                role_id, affiliation, status, granted_at, ended_how, end_reason)
            SELECT id, requester_id, provider_id, role_id, affiliation, 'active', ended_at, '', ''
              FROM access_requests_accessrequest
             WHERE status = 'approved' AND provider_id > {base}""",
        # Refused there before, refused elsewhere, a vendor elsewhere.
        f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
            SELECT {askers} + n, CASE n % 2 WHEN 0 THEN {where} ELSE n END, 'assessment_viewer',
                   'rejected', {_EMPLOYED}, now() - interval '150 days',
                   now() - interval '149 days', {base + 1}, 'pso', 'other', 'Not known here.', ''
              FROM generate_series(1, {waiting}) AS n WHERE n % 6 < 2""",
        f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
            SELECT {askers} + n, n, 'assessment_viewer', 'withdrawn', 'vendor', 'Clerk', 'B Inc',
                   '', '', false, false, now() - interval '140 days',
                   now() - interval '139 days', NULL, '', '', '', ''
              FROM generate_series(1, {waiting}) AS n WHERE n % 7 = 0""",
        f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
            SELECT {askers} + n, {where}, {_ROLE}, 'pending', {_STATED},
                   now() - interval '30 days' + n * interval '11 minutes', NULL, NULL, '', '', '',
                   ''
              FROM generate_series(1, {waiting}) AS n""",
    ]


def load(sizes: Sizes, base: int) -> People:
    """Outside any transaction, after a_ready_country."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            for statement in statements(sizes, base):
                cursor.execute(statement)
        finally:
            cursor.execute("RESET session_replication_role")
        for table in (*TABLES, *country.MORE_TABLES):
            cursor.execute(f"VACUUM ANALYZE {table}")
    return people(sizes, base)


def people(sizes: Sizes, base: int) -> People:
    return People(base + 1, base + 2, base + 3, base + 11 + sizes.ccns * sizes.staff)
