from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.utils import timezone

from access_requests.models import AccessRequest, ClaimLetter, Contact, EmploymentReport
from access_requests.reports import reporting
from accounts.models import OutgoingEmail, User
from providers.models import Provider
from tests import builders as make

LINK = re.compile(r"/reports/claims/[A-Za-z0-9_:-]+/")


def contact(at: Provider, email: str = "", **fields: Any) -> Contact:
    said = {"name": "Olga Contact", "source": Contact.Source.ENTERED} | fields
    said.setdefault("added_by", User.objects.filter(cms_role="reviewer").first() or make.reviewer())
    email = email or f"office{at.ccn}@sunrise-home.example".lower()
    return Contact.objects.create(provider=at, email=email, added_at=timezone.now(), **said)


def emails_to(address: str) -> list[OutgoingEmail]:
    return list(OutgoingEmail.objects.filter(to_address=address).order_by("pk"))


def link_in(email: OutgoingEmail) -> str:
    found = LINK.search(email.body_text)
    assert found
    assert f"{settings.PUBLIC_URL}{found[0]}" in email.body_text
    return found[0]


def claim(at: Provider, person: User | None = None) -> tuple[AccessRequest, str]:
    """Somebody asks to be PSO where a contact is known; the link that the contact got."""
    person = person or make.person(full_name="Carla Claimant")
    someone = contact(at) if not Contact.objects.filter(provider=at).exists() else at.contacts.get()
    asked = make.submit(person, at, "pso")
    return asked, link_in(emails_to(someone.email)[-1])


def reported_claim(ccn: str, reviewer: User) -> EmploymentReport:
    """A claim that two contacts were told of; one of them has reported it."""
    home = make.provider(ccn)
    for name in ("office", "owner"):
        contact(home, f"{name}@sunrise-home.example", added_by=reviewer)
    make.submit(make.person(f"claimant{ccn}"), home, "pso")
    letter = ClaimLetter.objects.select_related(
        "contact", "access_request__provider", "access_request__requester"
    ).earliest("pk")
    reporting.by_contact([letter], said_by="Olga, office", text="Nobody here knows her.")
    return EmploymentReport.objects.get()
