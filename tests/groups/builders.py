"""Forms for several CCNs, sent as a person sends them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.test import Client

from access_requests.groups import filing
from access_requests.groups.filing import Asked
from access_requests.models import RequestGroup
from access_requests.statement import Statement
from accounts.models import User
from providers.models import Provider
from tests import builders as make

FORM = {
    "affiliation": "employed",
    "job_title": "Director of Nursing",
    "employer": "Sunrise Care LLC",
    "administrator_name": "Ada Winter",
    "administrator_contact": "(555) 010-0100",
}


def started(
    requester: User,
    homes: Sequence[Provider],
    *codes: str,
    statement: Statement = make.EMPLOYED,
    key: uuid.UUID | None = None,
) -> RequestGroup:
    """Sent, and nothing filed yet."""
    roles = [make.role(code) for code in codes or ("assessment_viewer",)]
    lines = [Asked(home.ccn, role, home) for home in homes for role in roles]
    group, _is_new = filing.start(
        requester=requester, form_key=key or uuid.uuid4(), statement=statement, lines=lines
    )
    return group


def group_of(requester: User, *homes: Provider) -> RequestGroup:
    """Sent and filed, once for a person. A role nobody has asked for in the tests' scenes."""
    if sent := RequestGroup.objects.filter(requester=requester).first():
        return sent
    group = started(requester, homes, "assessment_coordinator")
    filing.file_some(group.pk, most=len(homes))
    return group


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
