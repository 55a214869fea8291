"""Everybody who could open a page, standing around one request at one CCN."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from access_requests import workflow
from access_requests.contacts import steps as contact_steps
from access_requests.models import AccessRequest, RoleAssignment
from accounts import factor_reset
from accounts.models import User
from providers.models import Chain, Enrollment, Provider, RosterImport
from tests import builders
from tests.campaigns import builders as campaign_builders
from tests.reports import builders as report_builders


@dataclass(frozen=True)
class Cast:
    """A CCN with two PSOs, people with roles there, and one pending request for a role there."""

    here: Provider
    elsewhere: Provider
    people: dict[str, User]
    request: AccessRequest
    assignment: RoleAssignment

    def __getitem__(self, kind: str) -> User:
        return self.people[kind]


def gather() -> Cast:
    chain = Chain.objects.create(name="Sunrise Homes")
    here, elsewhere = builders.provider("015009", chain=chain), builders.provider("015010")
    Enrollment.objects.create(provider=here, enrollment_id="O20020801000000", ccn="015009B")
    RosterImport.objects.create(file_name="SNF.csv", at=timezone.now(), counts={})
    reviewer = builders.reviewer("reviewer")
    pso = builders.pso(here, builders.person("psohere"), by=reviewer)
    builders.pso(here, builders.person("psofellow"))
    former = builders.pso(here, builders.person("psoformer"))
    workflow.give_up(former.role_assignments.get().pk, by=former)
    vendor = builders.person("vendor", email="vendor@billing-partners.example")
    asked = builders.submit(vendor, here, statement=builders.VENDOR)
    workflow.approve(asked.pk, by=pso)
    holder = builders.holder(here, builders.person("holder"))
    requester = builders.person("requester")
    root = builders.person("superuser", is_staff=True, is_superuser=True)
    people = {
        "stranger": builders.person("stranger"),
        "requester": requester,
        "vendor": vendor,
        "holder": holder,
        "pso_here": pso,
        "pso_elsewhere": builders.pso(elsewhere, builders.person("psoelsewhere"), by=reviewer),
        "former_pso": former,
        "reviewer": reviewer,
        "agent": builders.agent("agent"),
        "superuser": root,
    }
    request = builders.submit(requester, here)
    workflow.return_for_information(request.pk, by=pso, question="Which days do you work?")
    workflow.take_back(request.pk, by=pso)
    report_builders.reported_claim("015013", reviewer)
    contact_steps.add(provider=here, by=reviewer, name="Ada Winter")
    contact_steps.keep_list(b"CCN,Name\n015009,Bob", file_name="list.csv", by=reviewer)
    builders.unlisted(requester, typed="015999")
    builders.provider("PAL00001", provisional_id="PAL00001")
    campaign_builders.under_way(at=elsewhere, by=reviewer)
    lost = builders.person("lostdevice")
    TOTP.activate(lost, generate_totp_secret())
    factor_reset.start(lost, by=people["agent"], ticket="T1")
    return Cast(here, elsewhere, people, request, holder.role_assignments.get())
