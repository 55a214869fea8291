# ruff: noqa: S608 - the statements are put together from numbers in this file
"""A hundred thousand requests, as unevenly spread as the country's, loaded in seconds.

CCN 1 has 5,000 pending requests; 2 to 301 are busy with 100 each; 302 to 601 are quiet, with
none; the rest have 8 each. From 3001 on they have no PSO. The oldest PSO requests are at CCNs
that have a PSO, where CMS does not decide them.
"""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection

PEOPLE, PROVIDERS, WITH_PSO = 20_000, 5_000, 3_000
GIANT, BUSY, QUIET = range(1, 2), range(2, 302), range(302, 602)

# The ids of people and providers are their numbers. Person 1 is PSO of the giant, 2 of every
# busy CCN, 3 of every quiet one, 4 of CCN 602 alone, 5 is a CMS reviewer.
PSO_OF_GIANT, PSO_OF_BUSY, PSO_OF_QUIET, PSO_OF_ONE, REVIEWER = 1, 2, 3, 4, 5
# The person of the first pending request at the giant.
REQUESTER = (7_919 + 1) % PEOPLE + 1

COLUMNS = """requester_id, provider_id, role_id, status, affiliation, job_title, employer,
    administrator_name, administrator_contact, attests_no_corporate_email,
    attests_small_organization, submitted_at, ended_at, decided_by_id, decided_as,
    rejection_reason, rejection_explanation, closed_reason"""
PLAIN = "'employed', 'Nurse', 'Sunrise Care LLC', '', '', false, false"

LOAD = [
    f"""INSERT INTO accounts_user (id, username, email, password, full_name, cms_role,
            is_superuser, is_staff, is_active, date_joined, phone, employer, job_title,
            identity_proofing, user_id_flags)
        SELECT n, 'person' || n, 'person' || n || '@home' || n % 3000 || '.example', '',
               'Person ' || n, CASE n WHEN {REVIEWER} THEN 'reviewer' ELSE '' END,
               false, false, true, now(), '', '', '', 'none', '{{}}'
          FROM generate_series(1, {PEOPLE}) AS n""",
    f"""INSERT INTO providers_provider (id, ccn, kind, name, doing_business_as, legal_name,
            address_line_1, address_line_2, city, state, zip_code, phone, listed_in)
        SELECT n, '01' || lpad(n::text, 4, '0'), 'snf', 'HOME ' || n, '', '', '', '', 'MOBILE',
               'AL', '', '', '{{}}'
          FROM generate_series(1, {PROVIDERS}) AS n""",
    # Who is PSO: an approved request each, and the role.
    f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
        SELECT CASE WHEN p = 1 THEN {PSO_OF_GIANT} WHEN p <= 301 THEN {PSO_OF_BUSY}
                    WHEN p <= 601 THEN {PSO_OF_QUIET} WHEN p = 602 THEN {PSO_OF_ONE}
                    ELSE p + 100 END,
               p, 'pso', 'approved', {PLAIN},
               now() - interval '300 days', now() - interval '299 days', {REVIEWER}, 'cms',
               '', '', ''
          FROM generate_series(1, {WITH_PSO}) AS p""",
    # Four people with a working role at each CCN.
    f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
        SELECT 4000 + (p * 4 + n) % 16000, p, 'assessment_viewer', 'approved', {PLAIN},
               now() - interval '200 days', now() - interval '199 days', {PSO_OF_ONE}, 'pso',
               '', '', ''
          FROM generate_series(1, {PROVIDERS}) AS p, generate_series(0, 3) AS n""",
    """INSERT INTO access_requests_roleassignment (access_request_id, user_id, provider_id,
            role_id, affiliation, status, granted_at, ended_how, end_reason)
        SELECT id, requester_id, provider_id, role_id, affiliation, 'active', ended_at, '', ''
          FROM access_requests_accessrequest WHERE status = 'approved'""",
    # Everybody who waits; at each CCN the first asks to be PSO, at the giant 500 do.
    f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
        SELECT (p * 7919 + n) % {PEOPLE} + 1, p,
               CASE WHEN n <= CASE p WHEN 1 THEN 500 ELSE 1 END
                    THEN 'pso' ELSE 'assessment_viewer' END,
               'pending', {PLAIN},
               now() - interval '90 days' + p * interval '25 minutes' + n * interval '1 second',
               NULL, NULL, '', '', '', ''
          FROM generate_series(1, {PROVIDERS}) AS p,
               LATERAL generate_series(1, CASE WHEN p = 1 THEN 5000 WHEN p <= 301 THEN 100
                                               WHEN p <= 601 THEN 0 ELSE 8 END) AS n""",
    # What a trigger writes, were they not off: which of them CMS decides.
    """UPDATE access_requests_accessrequest AS request SET is_first_pso = true
        WHERE role_id = 'pso' AND status = 'pending' AND NOT EXISTS (
              SELECT FROM access_requests_roleassignment AS held
               WHERE held.provider_id = request.provider_id AND held.role_id = 'pso')""",
    # What was withdrawn long ago.
    f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
        SELECT (p * 31 + n) % {PEOPLE} + 1, p, 'assessment_submitter', 'withdrawn', {PLAIN},
               now() - interval '400 days', now() - interval '399 days', NULL, '', '', '', ''
          FROM generate_series(1, {PROVIDERS}) AS p, generate_series(1, 3) AS n""",
    """INSERT INTO accounts_auditevent (at, type, actor_id, person_id, ccn, request_id,
            file_name, details, signature)
        SELECT submitted_at, 'request_submitted', requester_id, requester_id, '', id, '', '{}', ''
          FROM access_requests_accessrequest""",
    """INSERT INTO accounts_notice (recipient_id, kind, subject, body, path, request_id,
            created_at)
        SELECT requester_id, 'request_received', 'We received your request', '', '', id,
               submitted_at
          FROM access_requests_accessrequest""",
]
TABLES = (
    "accounts_user",
    "providers_provider",
    "access_requests_accessrequest",
    "access_requests_roleassignment",
    "accounts_auditevent",
    "accounts_notice",
)


def load() -> None:
    """Outside any transaction: what is vacuumed is what the planner sees at work."""
    with connection.cursor() as cursor:
        # Constraints still hold; triggers, foreign keys among them, cost seconds.
        cursor.execute("SET session_replication_role = replica")
        try:
            for statement in LOAD:
                cursor.execute(statement)
        finally:
            cursor.execute("RESET session_replication_role")
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")


def clear() -> None:
    """Empties every table, as a transactional test does, and loads the reference rows again."""
    call_command("flush", verbosity=0, interactive=False)
