"""What a requester states with a request, and the answer when they cannot hold the role."""

from __future__ import annotations

from dataclasses import dataclass

from access_requests.models import AccessRequest, Affiliation


class NotEligible(Exception):
    """The person cannot hold the role; says why, and beside which field of the form."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(str(sentence))
        self.field = field


@dataclass(frozen=True)
class Statement:
    """How the person says they belong to the provider (rules 5, 11 and 12)."""

    affiliation: Affiliation
    job_title: str
    employer: str
    administrator_name: str = ""
    administrator_contact: str = ""
    attests_no_corporate_email: bool = False
    attests_small_organization: bool = False

    @classmethod
    def of(cls, access_request: AccessRequest) -> Statement:
        return cls(
            affiliation=Affiliation(access_request.affiliation),
            job_title=access_request.job_title,
            employer=access_request.employer,
            administrator_name=access_request.administrator_name,
            administrator_contact=access_request.administrator_contact,
            attests_no_corporate_email=access_request.attests_no_corporate_email,
            attests_small_organization=access_request.attests_small_organization,
        )
