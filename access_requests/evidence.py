"""What a decider is shown beside a request, besides what the requester wrote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.desk.sql import domain_of
from access_requests.models import AccessRequest
from access_requests.personal_domains import is_personal

# Counting goes no further: whoever decides needs to know that there are some.
MOST_COUNTED: Final = 20

# Of the CCN from its people, who are few; of the chain from those of the domain, of whom the first
# will do. Scalar subqueries: the planner shall look each of them up and stop when there are enough.
_SEEN: Final = f"""
SELECT (SELECT count(*) FROM (
            SELECT DISTINCT held.user_id FROM access_requests_roleassignment AS held
             WHERE held.provider_id = %(home)s AND held.status <> 'ended'
               AND held.user_id <> %(person)s
               AND (SELECT {domain_of("colleague")} FROM accounts_user AS colleague
                     WHERE colleague.id = held.user_id) = %(domain)s) AS here),
       (SELECT count(*) FROM (
            SELECT FROM accounts_user AS colleague
             WHERE {domain_of("colleague")} = %(domain)s AND colleague.id <> %(person)s
               AND (SELECT true FROM access_requests_roleassignment AS held
                      JOIN providers_provider AS sister ON sister.id = held.provider_id
                     WHERE held.user_id = colleague.id AND held.status <> 'ended'
                       AND (sister.id = %(home)s OR sister.chain_id = %(chain)s) LIMIT 1)
             LIMIT {MOST_COUNTED + 1}) AS near)
"""  # noqa: S608 - constants alone


@dataclass(frozen=True)
class EmailEvidence:
    """Whether the requester's email domain is known at the CCN or its chain (rule 5); in the
    chain, MOST_COUNTED + 1 people at most are counted."""

    domain: str
    is_personal: bool
    people_here: int
    people_in_chain: int

    @property
    def sentence(self) -> str:
        if self.is_personal:
            return _("A personal address, with the requester's attestation.")
        if self.people_here:
            return ngettext(
                "%(n)d other person with a role at this CCN uses %(domain)s.",
                "%(n)d other people with a role at this CCN use %(domain)s.",
                self.people_here,
            ) % {"n": self.people_here, "domain": self.domain}
        if self.people_in_chain:
            return ngettext(
                "%(n)s other person with a role in this chain uses %(domain)s.",
                "%(n)s other people with a role in this chain use %(domain)s.",
                self.people_in_chain,
            ) % {"n": _at_least(self.people_in_chain), "domain": self.domain}
        return _("Nobody else with a role at this CCN or its chain uses %(domain)s yet.") % {
            "domain": self.domain
        }


def email_evidence(access_request: AccessRequest) -> EmailEvidence:
    """One query. The request's requester and provider are loaded."""
    requester, provider = access_request.requester, access_request.provider
    domain = requester.email_domain
    if is_personal(domain):
        return EmailEvidence(domain, True, 0, 0)
    asked = {
        "home": provider.pk,
        "chain": provider.chain_id,
        "person": requester.pk,
        "domain": domain,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, asked)
        here, near = cursor.fetchone()
    return EmailEvidence(domain, False, here, near)


def _at_least(number: int) -> str:
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)
