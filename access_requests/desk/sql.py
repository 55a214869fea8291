# ruff: noqa: S608 - the statements are put together from constants alone
"""What the checklist looks up, each written once: the facts of a case and the filters of the queue
are put together from these. They stand where `request`, `person` and `home` are the request, its
requester and its provider.
"""

from __future__ import annotations

from typing import Final

# Counting goes no further: whoever decides needs to know that there are some.
MOST_COUNTED: Final = 20
# Of a domain that more people use than this, so many are looked at: a vendor's are all vendors.
MOST_OF_A_DOMAIN: Final = 1000


def domain_of(alias: str) -> str:
    """As in the index user_email_domain, word for word."""
    return f"lower(substring({alias}.email from '@([^@]*)$'))"


CASE: Final = """
    access_requests_accessrequest AS request
    JOIN accounts_user AS person ON person.id = request.requester_id
    JOIN providers_provider AS home ON home.id = request.provider_id
"""


def tables_for(conditions: str) -> str:
    """Of CASE, what these conditions name: the planner would join the others all the same."""
    person = "JOIN accounts_user AS person ON person.id = request.requester_id"
    home = "JOIN providers_provider AS home ON home.id = request.provider_id"
    needed = [join for name, join in (("person.", person), ("home.", home)) if name in conditions]
    return " ".join(["access_requests_accessrequest AS request", *needed])


# A personal address says nothing about an organization, and too many people have one.
HAS_CORPORATE_ADDRESS: Final = "NOT request.attests_no_corporate_email"

PEOPLE_HERE: Final = f"""
    SELECT DISTINCT held.user_id FROM access_requests_roleassignment AS held
      JOIN accounts_user AS colleague ON colleague.id = held.user_id
     WHERE held.provider_id = request.provider_id AND held.status <> 'ended'
       AND held.user_id <> request.requester_id
       AND {domain_of("colleague")} = {domain_of("person")}
     LIMIT {MOST_COUNTED}"""

PEOPLE_IN_CHAIN: Final = f"""
    SELECT DISTINCT held.user_id FROM access_requests_roleassignment AS held
      JOIN accounts_user AS colleague ON colleague.id = held.user_id
      JOIN providers_provider AS sister ON sister.id = held.provider_id
     WHERE sister.chain_id = home.chain_id AND held.status <> 'ended'
       AND held.user_id <> request.requester_id
       AND {domain_of("colleague")} = {domain_of("person")}
     LIMIT {MOST_COUNTED}"""

# The person's own: what they said here, whatever came of it unless they took it back themselves.
OWN_VENDOR_REQUESTS: Final = """
    SELECT stated.submitted_at FROM access_requests_accessrequest AS stated
     WHERE stated.requester_id = request.requester_id AND stated.provider_id = request.provider_id
       AND stated.affiliation = 'vendor' AND stated.status <> 'withdrawn'"""

VENDORS_OF_DOMAIN: Final = f"""
    SELECT stated.provider_id, stated.submitted_at FROM (
           SELECT colleague.id FROM accounts_user AS colleague
            WHERE {domain_of("colleague")} = {domain_of("person")}
            LIMIT {MOST_OF_A_DOMAIN}) AS colleague
      JOIN access_requests_accessrequest AS stated
        ON stated.requester_id = colleague.id AND stated.affiliation = 'vendor'
     WHERE stated.status <> 'withdrawn'"""

REFUSALS: Final = """
    SELECT refused.provider_id, refused.ended_at FROM access_requests_accessrequest AS refused
     WHERE refused.requester_id = request.requester_id AND refused.status = 'rejected'
       AND (refused.provider_id = request.provider_id OR refused.role_id = 'pso')"""

RIVALS: Final = """
    SELECT rival.id FROM access_requests_accessrequest AS rival
     WHERE rival.provider_id = request.provider_id AND rival.role_id = 'pso'
       AND rival.status IN ('pending', 'returned') AND rival.requester_id <> request.requester_id"""

# As access_requests.reports.reports.open_reports_about(); a test holds the two together.
REPORTS: Final = """
    SELECT report.id, report.reported_at FROM access_requests_employmentreport AS report
     WHERE report.about_id = request.requester_id AND report.provider_id = request.provider_id
       AND report.settled_at IS NULL"""
SETTLED_REPORTS: Final = """
    SELECT report.outcome, report.settled_at FROM access_requests_employmentreport AS report
     WHERE report.about_id = request.requester_id AND report.provider_id = request.provider_id
       AND report.settled_at IS NOT NULL"""

# Another account of what may be the same person: one name and something besides, or the User ID
# that this account has at HARP.
_SAME_EMPLOYER: Final = """(
    lower(twin.employer) = lower(request.employer) OR EXISTS (
        SELECT FROM access_requests_accessrequest AS stated
         WHERE stated.requester_id = twin.id
           AND lower(stated.employer) = lower(request.employer)))"""
_SAME_PHONE: Final = "(person.phone <> '' AND twin.phone = person.phone)"
_SAME_LOCAL_PART: Final = "(split_part(twin.email, '@', 1) = split_part(person.email, '@', 1))"
_SAME_AT_HARP: Final = """EXISTS (
    SELECT FROM accounts_harpidentity AS harp
     WHERE harp.user_id = request.requester_id AND lower(harp.name_at_harp) = twin.username)"""
_ALIKE: Final = f"({_SAME_EMPLOYER} OR {_SAME_PHONE} OR {_SAME_LOCAL_PART} OR {_SAME_AT_HARP})"
# The newest of what can have made them alike: either account may be old. Any change of a profile
# counts: better answered twice than not at all.
_ALIKE_SINCE: Final = """greatest(
    twin.date_joined,
    (SELECT min(stated.submitted_at) FROM access_requests_accessrequest AS stated
      WHERE stated.requester_id = twin.id AND lower(stated.employer) = lower(request.employer)),
    (SELECT max(harp.connected_at) FROM accounts_harpidentity AS harp
      WHERE harp.user_id = request.requester_id AND lower(harp.name_at_harp) = twin.username),
    (SELECT max(changed.at) FROM accounts_auditevent AS changed
      WHERE changed.person_id IN (twin.id, request.requester_id)
        AND changed.type IN ('profile_changed', 'name_changed', 'email_changed')))"""
TWINS: Final = f"""
    SELECT twin.id, twin.username, {_ALIKE_SINCE} AS since,
           array_remove(ARRAY[
               CASE WHEN lower(twin.full_name) = lower(person.full_name) THEN 'name' END,
               CASE WHEN {_SAME_EMPLOYER} THEN 'employer' END,
               CASE WHEN {_SAME_PHONE} THEN 'phone' END,
               CASE WHEN {_SAME_LOCAL_PART} THEN 'address' END,
               CASE WHEN {_SAME_AT_HARP} THEN 'harp' END], NULL) AS same
      FROM (SELECT named.id FROM accounts_user AS named
             WHERE named.full_name <> '' AND lower(named.full_name) = lower(person.full_name)
             UNION
            SELECT at_harp.id FROM accounts_user AS at_harp
              JOIN accounts_harpidentity AS harp ON lower(harp.name_at_harp) = at_harp.username
             WHERE harp.user_id = request.requester_id) AS found
      JOIN accounts_user AS twin ON twin.id = found.id
     WHERE twin.id <> request.requester_id AND {_ALIKE}
     ORDER BY twin.id LIMIT 3"""

# The same and VENDORS_OF_DOMAIN once more, for all that wait at once: numbers of requests.
WAITING: Final = "request.status = 'pending' AND request.is_first_pso"
WITH_TWIN: Final = f"""
    WITH people AS MATERIALIZED (
        SELECT DISTINCT person.id, lower(person.full_name) AS name
          FROM access_requests_accessrequest AS request
          JOIN accounts_user AS person ON person.id = request.requester_id
         WHERE {WAITING} AND person.full_name <> ''),
    pairs AS MATERIALIZED (
        SELECT people.id AS person_id, twin.id AS twin_id
          FROM people JOIN accounts_user AS twin ON lower(twin.full_name) = people.name
         WHERE twin.full_name <> '' AND twin.id <> people.id
         UNION
        SELECT harp.user_id, twin.id FROM accounts_harpidentity AS harp
          JOIN people ON people.id = harp.user_id
          JOIN accounts_user AS twin ON twin.username = lower(harp.name_at_harp)
         WHERE twin.id <> harp.user_id)
    SELECT request.id FROM pairs
      JOIN access_requests_accessrequest AS request ON request.requester_id = pairs.person_id
      JOIN accounts_user AS person ON person.id = pairs.person_id
      JOIN accounts_user AS twin ON twin.id = pairs.twin_id
     WHERE {WAITING} AND {_ALIKE}"""

# One step by index for each person who ever asked as a vendor, however often they did.
VENDOR_DOMAINS: Final = f"""
    WITH RECURSIVE vendor (id) AS (
        (SELECT requester_id FROM access_requests_accessrequest
          WHERE affiliation = 'vendor' AND status <> 'withdrawn'
          ORDER BY requester_id LIMIT 1)
        UNION ALL
        SELECT (SELECT requester_id FROM access_requests_accessrequest
                 WHERE affiliation = 'vendor' AND status <> 'withdrawn'
                   AND requester_id > vendor.id
                 ORDER BY requester_id LIMIT 1)
          FROM vendor WHERE vendor.id IS NOT NULL)
    SELECT {domain_of("colleague")} FROM vendor
      JOIN accounts_user AS colleague ON colleague.id = vendor.id"""

# What a reviewer has written down counts while the name and address are those they read.
_READ: Final = "convert_to(person.full_name || E'\\n' || person.email, 'UTF8')"
AS_READ: Final = f"left(encode(sha256({_READ}), 'hex'), 32)"
DECISIVE_ATTEMPT: Final = f"""
    SELECT attempt.id, attempt.how, attempt.reached_at, attempt.who, attempt.outcome, attempt.at,
           caller.full_name AS by
      FROM access_requests_contactattempt AS attempt
      JOIN accounts_user AS caller ON caller.id = attempt.by_id
     WHERE attempt.access_request_id = request.id AND attempt.outcome <> 'not_reached'
       AND attempt.seen = {AS_READ}
     ORDER BY attempt.id DESC LIMIT 1"""
# Whoever was refused by name does not shed it by changing the name: of any fingerprint.
LAST_SAID: Final = """
    SELECT attempt.outcome FROM access_requests_contactattempt AS attempt
     WHERE attempt.access_request_id = request.id AND attempt.outcome <> 'not_reached'
     ORDER BY attempt.id DESC LIMIT 1"""
ANSWERS: Final = f"""
    SELECT DISTINCT ON (answered.check_code) answered.check_code, answered.answer, answered.note,
           answered.at, reviewer.full_name AS by
      FROM access_requests_checkconfirmation AS answered
      JOIN accounts_user AS reviewer ON reviewer.id = answered.by_id
     WHERE answered.access_request_id = request.id AND answered.seen = {AS_READ}
     ORDER BY answered.check_code, answered.id DESC"""
