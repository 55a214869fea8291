"""Plain builders. A state is reached by walking the workflow, never by forging rows."""

from __future__ import annotations

from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone

from access_requests import workflow
from access_requests.models import (
    AccessRequest,
    Affiliation,
    Role,
    RoleAssignment,
    UnlistedProvider,
)
from access_requests.seen import fingerprint
from access_requests.statement import Statement
from access_requests.unlisted import reporting
from accounts.models import CmsRole, TermsAcceptance, User
from providers.models import Chain, Provider

_numbers = count(1)

EMPLOYED = Statement(
    affiliation=Affiliation.EMPLOYED,
    job_title="Director of Nursing",
    employer="Sunrise Care LLC",
    administrator_name="Ada Winter",
    administrator_contact="(555) 010-0100",
)
VENDOR = Statement(
    affiliation=Affiliation.VENDOR, job_title="Billing clerk", employer="Billing Partners Inc"
)


def person(username: str = "", *, email: str = "", **fields: Any) -> User:
    """Somebody with a verified address at a corporate domain, who has accepted the terms."""
    username = username or f"person{next(_numbers)}"
    email = email or f"{username}@sunrise-care.example"
    user = User.objects.create(
        username=username, email=email, full_name=fields.pop("full_name", f"P {username}"), **fields
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    TermsAcceptance.objects.create(
        user=user, version=settings.TERMS_VERSION, accepted_at=timezone.now()
    )
    return user


def reviewer(username: str = "") -> User:
    return person(username, cms_role=CmsRole.REVIEWER, email="")


def agent(username: str = "") -> User:
    return person(username, cms_role=CmsRole.AGENT)


def provider(ccn: str = "", *, chain: Chain | None = None, **fields: Any) -> Provider:
    """A nursing home in Alabama, on a CCN of its own."""
    ccn = ccn or f"01{5000 + next(_numbers) % 1400:04d}"
    defaults = {"kind": "snf", "name": f"SUNRISE {ccn}", "city": "MOBILE", "state": "AL"}
    return Provider.objects.create(ccn=ccn, chain=chain, **(defaults | fields))


def chain(size: int, name: str = "") -> tuple[Chain, list[Provider]]:
    made = Chain.objects.create(name=name or f"Chain {next(_numbers)}")
    return made, [provider(chain=made) for _ in range(size)]


def role(code: str = "assessment_viewer") -> Role:
    return Role.objects.get(code=code)


def submit(
    requester: User,
    at: Provider,
    code: str = "assessment_viewer",
    statement: Statement = EMPLOYED,
) -> AccessRequest:
    return workflow.submit(requester=requester, provider=at, role=role(code), statement=statement)


def unlisted(
    reporter: User,
    code: str = "assessment_viewer",
    statement: Statement = EMPLOYED,
    **said: Any,
) -> UnlistedProvider:
    """A report of a missing provider, with a request that waits for it unless the code is ""."""
    missing: dict[str, Any] = {
        "typed": "",
        "name": "Quiet Harbor",
        "state": "AL",
        "city": "Mobile",
        "is_certified": True,
        "evidence": "Tie-in notice of October 2.",
    }
    wanted = reporting.Wanted(role(code), statement) if code else None
    return reporting.report(
        reporter=reporter, missing=reporting.Missing(**(missing | said)), wanted=wanted
    )


def pso(at: Provider, user: User | None = None, *, by: User | None = None) -> User:
    """A PSO of this CCN: the first approved by CMS, any further one by a PSO."""
    user = user or person()
    asked = submit(user, at, "pso")
    first = RoleAssignment.objects.active().psos().filter(provider=at).first()
    workflow.approve(asked.pk, by=by or (first.user if first else reviewer()))
    return user


def holder(at: Provider, user: User | None = None, code: str = "assessment_viewer") -> User:
    """Somebody with a working role at a CCN that has a PSO."""
    user = user or person()
    decider = RoleAssignment.objects.active().psos().filter(provider=at)[0].user
    workflow.approve(submit(user, at, code).pk, by=decider)
    return user


def as_read(asked: AccessRequest) -> dict[str, str]:
    """What the page of a request sends along when it is approved there as it is now."""
    return {"seen": fingerprint(AccessRequest.objects.select_related("requester").get(pk=asked.pk))}
