# ruff: noqa: S608 - the statements are put together from numbers in this file
"""A country of any size: twenty requests a CCN, two of them open, loaded in seconds.

Of five CCNs two have no PSO, two have one, one has two. At each CCN somebody asks to be its PSO
and somebody asks for another role; six people hold one.
"""

from __future__ import annotations

from django.db import connection

from providers.ccn_facts import STATE_NAMES
from tests.access_requests.a_whole_country import COLUMNS, PLAIN, TABLES

MORE_TABLES = (
    "providers_chain",
    "access_requests_readinessday",
    "access_requests_ccnreadiness",
)
REVIEWER = 1
CHAINS = 700
STATES = sorted(STATE_NAMES.keys() - {"CN", "MX", "FC"})
_STATES = "ARRAY['" + "','".join(STATES) + "']"
_OPEN, _WORKING, _PSOS_EACH = (
    2,
    6,
    "CASE p % 5 WHEN 4 THEN 2 WHEN 3 THEN 1 WHEN 2 THEN 1 ELSE 0 END",
)


def statements(providers: int) -> list[str]:
    people = providers + 10
    # The PSOs' requests are 0.8 a CCN.
    ended = 20 - _OPEN - _WORKING
    return [
        f"""INSERT INTO accounts_user (id, username, email, password, full_name, cms_role,
                is_superuser, is_staff, is_active, date_joined, phone, employer, job_title,
                identity_proofing, user_id_flags)
            SELECT n, 'person' || n, 'person' || n || '@home' || n % 3000 || '.example', '',
                   'Person ' || n, CASE n WHEN {REVIEWER} THEN 'reviewer' ELSE '' END,
                   false, false, true, now(), '', '', '', 'none', '{{}}'
              FROM generate_series(1, {people}) AS n""",
        f"""INSERT INTO providers_chain (id, name, cms_id)
            SELECT n, 'CHAIN ' || n, '' FROM generate_series(1, {CHAINS}) AS n""",
        # 13 and 29 have no common divisor with 56: every state has every kind and chain.
        f"""INSERT INTO providers_provider (id, ccn, kind, name, doing_business_as, legal_name,
                address_line_1, address_line_2, city, state, zip_code, phone, listed_in, chain_id,
                closed_on)
            SELECT p, lpad((p / 10000)::text, 2, '0') || lpad((p % 10000)::text, 4, '0'),
                   CASE WHEN p % 13 < 9 THEN 'snf' WHEN p % 13 = 9 THEN 'nf'
                        WHEN p % 13 = 10 THEN 'swing_bed' WHEN p % 13 = 11 THEN 'hha'
                        ELSE 'hospice' END,
                   'HOME ' || p, '', '', '', '', 'MOBILE',
                   ({_STATES})[1 + (p * 29) % {len(STATES)}], '', '', '{{}}',
                   CASE WHEN p % 3 > 0 THEN 1 + (p * 31) % {CHAINS} END,
                   CASE WHEN p % 41 = 0 THEN date '2026-01-02' END
              FROM generate_series(1, {providers}) AS p""",
        f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
            SELECT 2 + (p * 7 + n) % {people - 2}, p, 'pso', 'approved', {PLAIN},
                   now() - interval '300 days', now() - interval '299 days', {REVIEWER},
                   CASE n WHEN 1 THEN 'cms' ELSE 'pso' END, '', '', ''
              FROM generate_series(1, {providers}) AS p, generate_series(1, {_PSOS_EACH}) AS n
             WHERE p % 41 > 0""",
        f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
            SELECT 2 + (p * 11 + n) % {people - 2}, p, 'assessment_viewer', 'approved', {PLAIN},
                   now() - interval '200 days', now() - interval '199 days', {REVIEWER}, 'pso',
                   '', '', ''
              FROM generate_series(1, {providers}) AS p, generate_series(1, {_WORKING}) AS n
             WHERE p % 41 > 0""",
        """INSERT INTO access_requests_roleassignment (access_request_id, user_id, provider_id,
                role_id, affiliation, status, granted_at, ended_how, end_reason)
            SELECT id, requester_id, provider_id, role_id, affiliation, 'active', ended_at, '', ''
              FROM access_requests_accessrequest WHERE status = 'approved'""",
        f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
            SELECT 2 + (p * 13 + n) % {people - 2}, p,
                   CASE n WHEN 1 THEN 'pso' ELSE 'assessment_coordinator' END,
                   CASE p % 17 WHEN 0 THEN 'returned' ELSE 'pending' END, {PLAIN},
                   now() - interval '90 days' + p * interval '2 minutes', NULL, NULL, '',
                   '', '', ''
              FROM generate_series(1, {providers}) AS p, generate_series(1, {_OPEN}) AS n
             WHERE p % 41 > 0""",
        f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
            SELECT 2 + (p * 31 + n) % {people - 2}, p, 'assessment_submitter', 'withdrawn',
                   {PLAIN}, now() - interval '400 days', now() - interval '399 days', NULL, '',
                   '', '', ''
              FROM generate_series(1, {providers}) AS p, generate_series(1, {ended}) AS n""",
    ]


# Thirteen weeks of every state and kind.
HISTORY = """
INSERT INTO access_requests_readinessday (day, state, kind, "none", one, two_or_more)
SELECT (now() AT TIME ZONE 'America/New_York')::date - ago, state, kind,
       4 + ago, 60 - ago / 2, 120 - ago / 2
  FROM generate_series(1, 92) AS ago,
       (SELECT DISTINCT state, kind FROM providers_provider) AS found
"""


def load(providers: int) -> None:
    """Outside any transaction: what is vacuumed is what the planner sees at work.

    Triggers, foreign keys among them, cost seconds; what they keep is counted at the end.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            for statement in [*statements(providers), HISTORY]:
                cursor.execute(statement)
        finally:
            cursor.execute("RESET session_replication_role")
        cursor.execute("SELECT ccn_readiness_recount(id) FROM providers_provider")
        for table in [*TABLES, *MORE_TABLES]:
            cursor.execute(f"VACUUM ANALYZE {table}")
