# ruff: noqa: S608 - the statements are put together from constants alone
"""What the queue reads once its ids are chosen: the rows, and what is known of each person.

Plain statements on purpose: joined into one, their planning takes longer than running them.

Of each person `mine`, the CCNs of the PSO who looks, are told apart from those elsewhere. What
happened elsewhere is told as a yes or no and nothing more: that is all a PSO may know of it
(PRODUCT.md, "who sees what").
"""

from __future__ import annotations

from typing import Final

from access_requests.desk.sql import domain_of

ROWS: Final = """
SELECT request.id, request.submitted_at, request.role_id, request.affiliation, request.job_title,
       request.employer, request.requester_id, request.provider_id, person.full_name,
       person.username, person.email, person.date_joined, home.ccn, home.name, home.city,
       home.state, home.chain_id, request.invitation_id
  FROM access_requests_accessrequest AS request
  JOIN accounts_user AS person ON person.id = request.requester_id
  JOIN providers_provider AS home ON home.id = request.provider_id
 WHERE request.id = ANY(%(ids)s)
 ORDER BY request.submitted_at, request.id
"""

# Of a CCN on the page its own number, of another of mine -1, of one elsewhere 0.
_PLACE: Final = """CASE WHEN {0}.provider_id = ANY(%(homes)s) THEN {0}.provider_id
    WHEN {0}.provider_id IN (SELECT provider_id FROM mine) THEN -1 ELSE 0 END"""

_REJECTED: Final = f"""
SELECT 'rejected', requester_id, {_PLACE.format("refused")} AS place, count(*), max(ended_at),
       NULL::text
  FROM access_requests_accessrequest AS refused
 WHERE requester_id = ANY(%(people)s) AND status = 'rejected'
 GROUP BY requester_id, place"""
_REVOKED: Final = f"""
SELECT 'revoked', user_id, {_PLACE.format("taken")} AS place, count(*), max(ended_at), NULL
  FROM access_requests_roleassignment AS taken
 WHERE user_id = ANY(%(people)s) AND ended_how = 'revoked'
 GROUP BY user_id, place"""
_HOLDS: Final = f"""
SELECT 'holds', user_id, {_PLACE.format("held")} AS place, count(DISTINCT provider_id), NULL,
       string_agg(role.name, ', ' ORDER BY role.position)
         FILTER (WHERE held.provider_id = ANY(%(homes)s))
  FROM access_requests_roleassignment AS held
  JOIN access_requests_role AS role ON role.code = held.role_id
 WHERE user_id = ANY(%(people)s) AND status <> 'ended'
 GROUP BY user_id, place"""
_VENDOR: Final = f"""
SELECT 'vendor', requester_id, {_PLACE.format("stated")} AS place, count(*), NULL, NULL
  FROM access_requests_accessrequest AS stated
 WHERE requester_id = ANY(%(people)s) AND affiliation = 'vendor' AND status <> 'withdrawn'
 GROUP BY requester_id, place"""
# Told to CMS and not refuted.
_REPORTED: Final = f"""
SELECT 'reported', about_id, {_PLACE.format("report")} AS place, count(*), NULL, NULL
  FROM access_requests_employmentreport AS report
 WHERE about_id = ANY(%(people)s) AND outcome <> 'not_upheld'
 GROUP BY about_id, place"""
_BOUNCES: Final = """
SELECT 'bounces', person.id, 0, 1, NULL, NULL
  FROM accounts_user AS person
 WHERE person.id = ANY(%(people)s) AND EXISTS (
       SELECT FROM accounts_bouncedaddress AS bounced
        WHERE bounced.address = lower(person.email) AND bounced.cleared_at IS NULL)"""
_INVITED: Final = """
SELECT 'invited', invitation.accepted_by_id, invitation.provider_id, 1, invitation.created_at,
       coalesce(nullif(inviter.full_name, ''), inviter.username)
  FROM access_requests_invitation AS invitation
  JOIN accounts_user AS inviter ON inviter.id = invitation.invited_by_id
 WHERE invitation.id = ANY(%(invitations)s)"""
# Whether anybody else with a role at the CCN has an address of this domain, or in its chain. From
# the people of the CCN, who are few; from those of the domain, of whom one of the first will do.
# Scalar subqueries: the planner shall look each of them up and stop at the first.
_DOMAIN: Final = f"""
SELECT CASE WHEN here.known THEN 'domain_here' ELSE 'domain_chain' END, asked.person, asked.home,
       1, NULL, NULL
  FROM unnest(%(askers)s::bigint[], %(at_homes)s::bigint[], %(domains)s::text[],
              %(chains)s::bigint[])
       AS asked (person, home, domain, chain)
 CROSS JOIN LATERAL (SELECT EXISTS (
       SELECT FROM access_requests_roleassignment AS held
        WHERE held.provider_id = asked.home AND held.status <> 'ended'
          AND held.user_id <> asked.person
          AND (SELECT {domain_of("colleague")} FROM accounts_user AS colleague
                WHERE colleague.id = held.user_id) = asked.domain) AS known OFFSET 0) AS here
 WHERE here.known OR (asked.chain > 0 AND EXISTS (
       SELECT FROM accounts_user AS colleague
        WHERE {domain_of("colleague")} = asked.domain AND colleague.id <> asked.person
          AND (SELECT true FROM access_requests_roleassignment AS held
                 JOIN providers_provider AS sister ON sister.id = held.provider_id
                WHERE held.user_id = colleague.id AND held.status <> 'ended'
                  AND sister.chain_id = asked.chain LIMIT 1)))"""

_MINE: Final = """
WITH mine AS MATERIALIZED (
    SELECT provider_id FROM access_requests_roleassignment
     WHERE user_id = %(viewer)s AND role_id = 'pso' AND status = 'active')
"""
_ALWAYS: Final = (_REJECTED, _REVOKED, _HOLDS, _VENDOR, _REPORTED, _BOUNCES)


def known(*, is_invited: bool, has_domain: bool) -> str:
    """What is known of whom: kind, person, place, number, last time, words. Looks for who invited
    and for domains only where somebody was invited or has one that says something."""
    parts = [*_ALWAYS, *[_INVITED] * is_invited, *[_DOMAIN] * has_domain]
    return _MINE + "\nUNION ALL".join(parts)
