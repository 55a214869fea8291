# ruff: noqa: S608 - the statements are put together from numbers in this file
"""Fifty people at one CCN beside the 17,000 of a chain, with last days and sign-ins of all sorts.

Rows beside those of a_large_chain, which must be loaded first.
"""

from __future__ import annotations

from django.db import connection

from access_requests.models import RoleAssignment
from accounts.models import User
from tests.access_requests.a_whole_country import COLUMNS, TABLES
from tests.pso_queue.a_large_chain import Sizes

_STATED = "'employed', 'Nurse', 'Harbor Care LLC', '', '', false, false"


def statements(sizes: Sizes, base: int) -> list[str]:
    staff, one = base + 10, base + sizes.ccns + 1
    return [
        f"""INSERT INTO access_requests_accessrequest ({COLUMNS})
            SELECT {staff} + n * {sizes.ccns}, {one}, 'assessment_coordinator', 'approved',
                   {_STATED}, now() - interval '250 days', now() - interval '249 days',
                   {base + 2}, 'pso', '', '', ''
              FROM generate_series(1, {sizes.staff}) AS n""",
        f"""INSERT INTO access_requests_roleassignment (access_request_id, user_id, provider_id,
                role_id, affiliation, status, granted_at, ended_how, end_reason)
            SELECT id, requester_id, provider_id, role_id, affiliation, 'active', ended_at, '', ''
              FROM access_requests_accessrequest
             WHERE provider_id = {one} AND role_id = 'assessment_coordinator'
               AND status = 'approved'""",
        # A fifth have a last day, of which a few are near; a tenth have not signed in for long.
        f"""UPDATE access_requests_roleassignment
               SET ends_on = current_date + (id % 400)::integer
             WHERE provider_id > {base} AND role_id <> 'pso' AND id % 5 = 0""",
        f"""UPDATE accounts_user SET last_login = now() - (id % 66) * interval '1 day'
             WHERE id > {base}""",
    ]


def load(sizes: Sizes, base: int) -> None:
    """Outside any transaction, after a_large_chain."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            for statement in statements(sizes, base):
                cursor.execute(statement)
        finally:
            cursor.execute("RESET session_replication_role")
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")


def in_the_middle(viewer: User) -> int:
    """The id of a role in the middle of this PSO's list, roughly."""
    own = RoleAssignment.objects.active().psos().filter(user=viewer)
    ccns = list(own.order_by("provider__ccn").values_list("provider_id", flat=True))
    roles = RoleAssignment.objects.not_ended().filter(provider=ccns[len(ccns) // 2])
    return roles.order_by("user__full_name")[0].pk
