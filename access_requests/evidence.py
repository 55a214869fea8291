"""What a decider is shown beside a request, besides what the requester wrote."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.models import AccessRequest, RoleAssignment
from access_requests.personal_domains import is_personal


@dataclass(frozen=True)
class EmailEvidence:
    """Whether the requester's email domain is known at the CCN or its chain (rule 5)."""

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
                "%(n)d other person with a role in this chain uses %(domain)s.",
                "%(n)d other people with a role in this chain use %(domain)s.",
                self.people_in_chain,
            ) % {"n": self.people_in_chain, "domain": self.domain}
        return _("Nobody else with a role at this CCN or its chain uses %(domain)s yet.") % {
            "domain": self.domain
        }


def email_evidence(access_request: AccessRequest) -> EmailEvidence:
    """One query. The request's requester and provider are loaded."""
    requester, provider = access_request.requester, access_request.provider
    domain = requester.email_domain
    if is_personal(domain):
        return EmailEvidence(domain, True, 0, 0)
    here = Q(provider=provider)
    nearby = here | Q(provider__chain=provider.chain_id) if provider.chain_id else here
    seen = (
        RoleAssignment.objects.not_ended()
        .filter(nearby, user__email__iendswith=f"@{domain}")
        .exclude(user=requester)
        .aggregate(
            here=Count("user", distinct=True, filter=here), near=Count("user", distinct=True)
        )
    )
    return EmailEvidence(domain, False, seen["here"], seen["near"])
