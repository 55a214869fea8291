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

# A personal address says nothing about an organization, and too many people have one.
HAS_CORPORATE_ADDRESS: Final = "NOT request.attests_no_corporate_email"

PEOPLE_HERE: Final = f"""
    SELECT DISTINCT held.user_id FROM access_requests_roleassignment AS held
      JOIN accounts_user AS colleague ON colleague.id = held.user_id
     WHERE held.provider_id = home.id AND held.status <> 'ended' AND held.user_id <> person.id
       AND {domain_of("colleague")} = {domain_of("person")}
     LIMIT {MOST_COUNTED}"""

PEOPLE_IN_CHAIN: Final = f"""
    SELECT DISTINCT held.user_id FROM access_requests_roleassignment AS held
      JOIN accounts_user AS colleague ON colleague.id = held.user_id
      JOIN providers_provider AS sister ON sister.id = held.provider_id
     WHERE sister.chain_id = home.chain_id AND held.status <> 'ended' AND held.user_id <> person.id
       AND {domain_of("colleague")} = {domain_of("person")}
     LIMIT {MOST_COUNTED}"""

# The person's own: what they said here, whatever came of it unless they took it back themselves.
OWN_VENDOR_REQUESTS: Final = """
    SELECT stated.submitted_at FROM access_requests_accessrequest AS stated
     WHERE stated.requester_id = person.id AND stated.provider_id = home.id
       AND stated.affiliation = 'vendor' AND stated.status <> 'withdrawn'"""

VENDORS_OF_DOMAIN: Final = f"""
    SELECT stated.provider_id, stated.submitted_at FROM (
           SELECT colleague.id FROM accounts_user AS colleague
            WHERE {domain_of("colleague")} = {domain_of("person")} AND colleague.id <> person.id
            LIMIT {MOST_OF_A_DOMAIN}) AS colleague
      JOIN access_requests_accessrequest AS stated
        ON stated.requester_id = colleague.id AND stated.affiliation = 'vendor'
     WHERE stated.status <> 'withdrawn'"""

REFUSALS: Final = """
    SELECT refused.provider_id, refused.ended_at FROM access_requests_accessrequest AS refused
     WHERE refused.requester_id = person.id AND refused.status = 'rejected'
       AND (refused.provider_id = home.id OR refused.role_id = 'pso')"""

RIVALS: Final = """
    SELECT rival.id FROM access_requests_accessrequest AS rival
     WHERE rival.provider_id = home.id AND rival.role_id = 'pso'
       AND rival.status IN ('pending', 'returned') AND rival.requester_id <> person.id"""

# As access_requests.reports.reports.open_reports_about(); a test holds the two together.
REPORTS: Final = """
    SELECT report.reported_at FROM access_requests_employmentreport AS report
     WHERE report.about_id = person.id AND report.provider_id = home.id
       AND report.settled_at IS NULL"""

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
     WHERE harp.user_id = person.id AND lower(harp.name_at_harp) = twin.username)"""
TWINS: Final = f"""
    SELECT twin.id, twin.username, twin.date_joined,
           array_remove(ARRAY[
               CASE WHEN lower(twin.full_name) = lower(person.full_name) THEN 'name' END,
               CASE WHEN {_SAME_EMPLOYER} THEN 'employer' END,
               CASE WHEN {_SAME_PHONE} THEN 'phone' END,
               CASE WHEN {_SAME_LOCAL_PART} THEN 'address' END,
               CASE WHEN {_SAME_AT_HARP} THEN 'harp' END], NULL) AS same
      FROM accounts_user AS twin
     WHERE twin.id <> person.id
       AND twin.id IN (
           SELECT named.id FROM accounts_user AS named
            WHERE named.full_name <> '' AND lower(named.full_name) = lower(person.full_name)
            UNION
           SELECT at_harp.id FROM accounts_user AS at_harp
             JOIN accounts_harpidentity AS harp ON lower(harp.name_at_harp) = at_harp.username
            WHERE harp.user_id = person.id)
       AND ({_SAME_EMPLOYER} OR {_SAME_PHONE} OR {_SAME_LOCAL_PART} OR {_SAME_AT_HARP})
     ORDER BY twin.id LIMIT 3"""

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
ANSWERS: Final = f"""
    SELECT DISTINCT ON (answered.check_code) answered.check_code, answered.answer, answered.note,
           answered.at, reviewer.full_name AS by
      FROM access_requests_checkconfirmation AS answered
      JOIN accounts_user AS reviewer ON reviewer.id = answered.by_id
     WHERE answered.access_request_id = request.id AND answered.seen = {AS_READ}
     ORDER BY answered.check_code, answered.id DESC"""
