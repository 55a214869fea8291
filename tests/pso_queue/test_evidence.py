"""What is known of a requester: all of it at this PSO's CCNs, and no more than that there is
something elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access_requests import workflow
from access_requests.invitations import accepting
from access_requests.models import AccessRequest, RejectionReason, RoleAssignment
from access_requests.pso_queue import evidence
from access_requests.pso_queue.notes import Note
from access_requests.reports import reporting
from accounts import bounces
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.invitations import builders as invitations
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

_numbers = count(1)


def notes(asked: AccessRequest, pso: User) -> list[Note]:
    loaded = AccessRequest.objects.select_related("requester", "provider").get(pk=asked.pk)
    return evidence.of([loaded], pso)[asked.pk].notes


def said(asked: AccessRequest, pso: User) -> list[str]:
    return [note.text for note in notes(asked, pso)]


def chain_of(size: int) -> tuple[list[Provider], User]:
    """A chain whose homes have one PSO."""
    _, homes = make.chain(size)
    pso, reviewer = make.person(email="boss@head-office.example"), make.reviewer()
    for home in homes:
        make.pso(home, pso, by=reviewer)
    return homes, pso


def nurse(domain: str = "harbor.example") -> User:
    return make.person(email=f"nurse{next(_numbers)}@{domain}")


def reject(asked: AccessRequest, pso: User) -> None:
    workflow.reject(asked.pk, by=pso, reason=RejectionReason.OTHER, explanation="Not known.")


def revoke(person: User, home: Provider, pso: User) -> None:
    held = RoleAssignment.objects.get(user=person, provider=home, status="active")
    workflow.revoke(held.pk, by=pso, reason="Left.")


def test_the_domain_of_an_address_here_in_the_chain_or_nowhere() -> None:
    [first, second], pso = chain_of(2)
    asked = make.submit(nurse(), first)
    assert "Nobody else here or in its chain uses harbor.example yet" in said(asked, pso)
    make.holder(second, nurse("HARBOR.example"))
    assert "Others in this chain use harbor.example" in said(asked, pso)
    make.holder(first, nurse())
    assert "Others at this CCN use harbor.example" in said(asked, pso)


def test_ones_own_role_does_not_make_a_domain_known() -> None:
    [home], pso = chain_of(1)
    person = make.holder(home, nurse())
    asked = make.submit(person, home, "assessment_submitter")
    notes = said(asked, pso)
    assert "Nobody else here or in its chain uses harbor.example yet" in notes
    assert "Has here: Assessment Viewer" in notes


def test_a_personal_address_says_nothing_about_the_others() -> None:
    home = make.provider()
    pso = make.pso(home)
    attested = replace(
        make.EMPLOYED, attests_no_corporate_email=True, attests_small_organization=True
    )
    for _ in range(2):
        person = make.person(email=f"{make.person().username}@gmail.com")
        asked = make.submit(person, home, "assessment_viewer", attested)
        workflow.approve(asked.pk, by=pso)
    asked = make.submit(make.person(email="n@gmail.com"), home, "assessment_viewer", attested)
    assert "A personal email address, with the requester’s attestation" in said(asked, pso)
    assert "gmail" not in " ".join(said(asked, pso))


def test_roles_at_other_ccns_of_the_reader_are_counted() -> None:
    homes, pso = chain_of(4)
    person = nurse()
    for home in homes[1:]:
        make.holder(home, person)
    asked = [make.submit(person, home, "assessment_submitter") for home in homes]
    loaded = list(AccessRequest.objects.filter(pk__in=[each.pk for each in asked]).order_by("pk"))
    found = evidence.of(loaded, pso)
    for each in loaded:
        others = 3 if each.provider_id == homes[0].pk else 2
        notes = [note.text for note in found[each.pk].notes]
        assert f"Has roles at {others} other CCNs of yours" in notes


@time_machine.travel("2026-11-23T15:00:00Z", tick=False)
def test_what_was_refused_here_and_at_ones_other_ccns_is_dated_or_named() -> None:
    [first, second], pso = chain_of(2)
    person = nurse()
    reject(make.submit(person, first), pso)
    asked = make.submit(person, first)
    assert "Rejected at this CCN before: Nov 23, 2026" in said(asked, pso)
    at_second = make.submit(person, second)
    assert "Rejected before at another of your CCNs" in said(at_second, pso)
    reject(asked, pso)
    again = make.submit(person, first)
    assert "Rejected at this CCN 2 times, last on Nov 23, 2026" in said(again, pso)


def test_of_elsewhere_nothing_is_told_but_that_there_is_something() -> None:
    [home], pso = chain_of(1)
    elsewhere = make.provider(name="SECRET HARBOR")
    their_pso = make.pso(elsewhere, make.person(full_name="Zoe Hidden"))
    person = nurse()
    reject(make.submit(person, elsewhere), their_pso)
    make.holder(elsewhere, person, "assessment_coordinator")
    revoke(person, elsewhere, their_pso)
    vendor = make.submit(person, elsewhere, "assessment_submitter", make.VENDOR)
    asked = make.submit(person, home)
    told = said(asked, pso)
    assert told[:2] == [
        "Rejected at a CCN that is not yours",
        "A role revoked at a CCN that is not yours",
    ]
    assert "Asked as a vendor at another CCN" in told
    for page in ("/queue/", asked.get_absolute_url()):
        text = words(browser_of(pso).get(page))
        assert "Rejected at a CCN that is not yours" in text
        for secret in ("Harbor", "Zoe", elsewhere.ccn, "Coordinator,", "Left.", "Not known."):
            assert secret not in text, f"{secret} on {page}"
    workflow.withdraw(vendor.pk, by=person)
    assert "Asked as a vendor at another CCN" not in said(asked, pso)


def test_what_happened_elsewhere_is_told_in_full_once_it_is_ones_own() -> None:
    [home, other], pso = chain_of(2)
    person = nurse()
    make.holder(home, person)
    revoke(person, home, pso)
    asked = make.submit(person, home)
    [note] = [each for each in said(asked, pso) if "revoked" in each]
    assert note.startswith("A role revoked at this CCN: ")
    at_other = make.submit(person, other)
    assert "A role revoked at another of your CCNs" in said(at_other, pso)


def test_a_report_to_cms_is_told_until_it_is_refuted() -> None:
    home, elsewhere = make.provider(), make.provider()
    pso = make.pso(home)
    person = nurse()
    make.pso(elsewhere, person)
    colleague = make.holder(elsewhere)
    role = RoleAssignment.objects.get(user=person, provider=elsewhere)
    reporting.by_person(role.pk, by=colleague, text="Never seen here.")
    asked = make.submit(person, home)
    assert "Reported to CMS at a CCN that is not yours" in said(asked, pso)


def test_an_address_that_bounces_and_a_young_account() -> None:
    home = make.provider()
    pso = make.pso(home)
    person = make.person()
    asked = make.submit(person, home)
    assert "New account: made today" in said(asked, pso)
    assert "Email to this person comes back" not in said(asked, pso)
    bounces.flag(person.email, reason="no mailbox", sent_at=timezone.now())
    assert "Email to this person comes back" in said(asked, pso)
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        assert any(note.startswith("Account since ") for note in said(asked, pso))


@pytest.mark.parametrize(
    ("invited", "is_meant"),
    [("Nina@Harbor.example", True), ("somebody.else@harbor.example", False)],
)
def test_who_used_an_invitation_to_another_address_is_no_colleague_yet(
    invited: str, is_meant: bool
) -> None:
    home = make.provider()
    pso = make.pso(home)
    letter = invitations.invite(pso, home, address=invited)
    person = make.person(email="nina@harbor.example")
    ids = list(letter.invitations.values_list("pk", flat=True))
    [outcome] = accepting.accept(letter, ids, invitations.SAID, by=person)
    assert outcome.request is not None
    # Whoever accepted may change their address later.
    User.objects.filter(pk=person.pk).update(email="nina@corporate.example")
    [note] = [each for each in notes(outcome.request, pso) if each.text.startswith("Invited by")]
    assert note.kind == ("success" if is_meant else "warning")
    assert ("at another address" in note.text) != is_meant


def test_of_two_invitations_at_one_ccn_each_is_told_beside_its_request() -> None:
    home = make.provider()
    pso = make.pso(home)
    person = make.person(email="nina@harbor.example")
    kinds = {}
    for code, address in (
        ("assessment_viewer", person.email),
        ("assessment_submitter", "somebody.else@harbor.example"),
    ):
        letter = invitations.invite(pso, home, code=code, address=address)
        ids = list(letter.invitations.values_list("pk", flat=True))
        [outcome] = accepting.accept(letter, ids, invitations.SAID, by=person)
        assert outcome.request is not None
        kinds[code] = outcome.request
    told = {
        code: [each.kind for each in notes(asked, pso) if each.text.startswith("Invited by")]
        for code, asked in kinds.items()
    }
    assert told == {"assessment_viewer": ["success"], "assessment_submitter": ["warning"]}
    asked = list(
        AccessRequest.objects.select_related("requester", "provider").filter(requester=person)
    )
    together = evidence.of(asked, pso)
    for each in asked:
        assert together[each.pk].notes == notes(each, pso)


def test_the_requester_and_cms_are_not_told_on_the_requests_page() -> None:
    home = make.provider()
    pso = make.pso(home)
    person = nurse()
    asked = make.submit(person, home)
    assert "What is known" in words(browser_of(pso).get(asked.get_absolute_url()))
    for reader in (person, make.reviewer(), make.agent()):
        page = browser_of(reader).get(asked.get_absolute_url())
        assert page.status_code == 200
        assert "What is known" not in words(page)


def test_one_query_for_one_request_and_for_many() -> None:
    homes, pso = chain_of(3)
    for number in range(12):
        person = nurse(f"agency{number % 4}.example")
        reject(make.submit(person, homes[number % 3]), pso)
        make.submit(person, homes[number % 3])
    open_ones = AccessRequest.objects.open().select_related("requester", "provider")
    for rows in (list(open_ones[:1]), list(open_ones)):
        with CaptureQueriesContext(connection) as captured:
            found = evidence.of(rows, pso)
            assert all(each.notes for each in found.values())
        assert len(captured) == 1
    assert evidence.of([], pso) == {}
