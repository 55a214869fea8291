"""Each check: what the machine finds, on what evidence, and what a reviewer's answer changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import timezone

from access_requests import policy, workflow
from access_requests.desk import steps
from access_requests.desk.checks import CHECKS
from access_requests.desk.clean import is_clean, why_not_clean
from access_requests.models import (
    AccessRequest,
    CheckConfirmation,
    Contact,
    ContactAttempt,
    DeskEvent,
    EmploymentReport,
    RejectionReason,
)
from access_requests.policy import Refusal, StepRefused
from access_requests.reports.reports import open_reports_about
from accounts import profile
from accounts.models import AuditEvent, HarpIdentity, IdentityProofing, User
from tests import builders as make
from tests.desk import cases
from tests.desk.cases import state

pytestmark = pytest.mark.django_db

MACHINE, REVIEWER = "machine", "reviewer"
ATTESTED = replace(make.EMPLOYED, attests_no_corporate_email=True, attests_small_organization=True)


@pytest.fixture
def reviewer() -> User:
    return make.reviewer()


def evidence(asked: AccessRequest, by: User, code: str) -> str:
    return cases.checklist(asked, by).by_code[code].evidence


def test_a_fresh_case_of_a_proofed_person_has_three_open_checks(reviewer: User) -> None:
    checklist = cases.checklist(cases.case(), reviewer)
    found = {item.check.code for item in checklist.not_holding}
    assert found == {"employment", "email", "second_path"}
    assert checklist.number_holding == len(CHECKS) - 3
    assert not is_clean(checklist)


def test_the_employer_is_looked_up_on_cms_list(reviewer: User) -> None:
    home = make.provider(legal_name="SUNRISE CARE, LLC.", phone="2515550100")
    asked = cases.case(home)
    assert state(asked, reviewer, "employment") == ("open", "")
    assert "the provider’s legal name" in evidence(asked, reviewer, "employment")


def test_a_domain_is_known_at_the_ccn_or_in_the_chain(reviewer: User) -> None:
    _, [here, sister, other] = make.chain(3)
    make.pso(sister, make.person(email="ada@harbor.example"), by=reviewer)
    asked = cases.case(here, make.person(email="ben@harbor.example"))
    assert state(asked, reviewer, "email") == ("holds", MACHINE)
    assert "in this chain" in evidence(asked, reviewer, "email")
    assert state(cases.case(other), reviewer, "email") == ("open", "")
    pso = make.pso(make.provider(), make.person(email="cleo@harbor.example"), by=reviewer)
    alone = pso.role_assignments.get().provider
    make.holder(alone, make.person(email="dora@alone.example"))
    workflow.give_up(pso.role_assignments.get().pk, by=pso)
    next_one = cases.case(alone, make.person(email="eve@alone.example"))
    assert "at this CCN" in evidence(next_one, reviewer, "email")


def test_the_small_provider_exception(reviewer: User) -> None:
    small = make.submit(make.person(email="a@gmail.com"), make.provider(), "pso", ATTESTED)
    assert state(small, reviewer, "email") == ("holds", MACHINE)
    chain, [first, _second] = make.chain(2)
    of_two = make.submit(make.person(email="b@gmail.com"), first, "pso", ATTESTED)
    assert state(of_two, reviewer, "email") == ("holds", MACHINE)
    make.provider(chain=chain)
    assert state(of_two, reviewer, "email") == ("fails", MACHINE)
    assert "3 providers" in evidence(of_two, reviewer, "email")


def test_vendors_by_statement_and_by_domain(reviewer: User) -> None:
    here, elsewhere = make.provider(), make.provider()
    asked = cases.case(here, make.person(email="ada@billing.example"))
    assert state(asked, reviewer, "not_vendor") == ("holds", MACHINE)
    make.submit(
        make.person(email="ben@billing.example"), elsewhere, "assessment_viewer", make.VENDOR
    )
    assert state(asked, reviewer, "not_vendor") == ("open", "")
    make.submit(make.person(email="eve@billing.example"), here, "assessment_viewer", make.VENDOR)
    assert state(asked, reviewer, "not_vendor") == ("fails", MACHINE)
    person = make.person(email="dora@other.example")
    own = make.submit(person, here, "assessment_viewer", make.VENDOR)
    pso = make.pso(here, by=reviewer)
    why = RejectionReason.NOT_NEEDED
    workflow.reject(own.pk, by=pso, reason=why, explanation="Not needed.")
    workflow.give_up(pso.role_assignments.get().pk, by=pso)
    assert state(cases.case(here, person), reviewer, "not_vendor") == ("fails", MACHINE)


def test_the_second_path_is_what_somebody_wrote_down(reviewer: User) -> None:
    asked = cases.case()
    cases.call(asked, reviewer, ContactAttempt.Outcome.NOT_REACHED)
    assert state(asked, reviewer, "second_path") == ("open", "")
    assert "1 attempt, nobody reached" in evidence(asked, reviewer, "second_path")
    cases.call(asked, reviewer, ContactAttempt.Outcome.DENIED)
    assert state(asked, reviewer, "second_path") == ("fails", REVIEWER)
    cases.call(asked, reviewer)
    assert state(asked, reviewer, "second_path") == ("holds", REVIEWER)
    cases.call(asked, reviewer, ContactAttempt.Outcome.NOT_REACHED)
    assert state(asked, reviewer, "second_path") == ("holds", REVIEWER)
    with pytest.raises(ValueError, match="second_path"):
        cases.answer(asked, reviewer, "second_path")


def test_identity_proofing(reviewer: User) -> None:
    for proofing, wanted in zip(IdentityProofing.values, ("open", "holds", "holds"), strict=True):
        asked = cases.case(requester=make.person(identity_proofing=proofing))
        assert state(asked, reviewer, "identity")[0] == wanted


def test_a_refusal_here_or_as_pso_anywhere_counts_and_a_later_one_outdates_the_answer(
    reviewer: User,
) -> None:
    person, home = make.person(), make.provider()
    first = cases.case(make.provider(), person)
    why = RejectionReason.CANNOT_VERIFY
    workflow.reject(first.pk, by=reviewer, reason=why, explanation="Not known.")
    asked = cases.case(home, person)
    assert state(asked, reviewer, "not_refused") == ("fails", MACHINE)
    cases.answer(asked, reviewer, "not_refused", note="It was about a sister home.")
    assert state(asked, reviewer, "not_refused") == ("holds", REVIEWER)
    second = cases.case(make.provider(), person)
    workflow.reject(second.pk, by=reviewer, reason=why, explanation="Not known.")
    assert state(asked, reviewer, "not_refused") == ("fails", MACHINE)


def test_the_same_person_under_another_account(reviewer: User) -> None:
    asked = cases.case(full_name="Ann Marie Stone", phone="(251) 555-0199")
    make.person(full_name="ANN MARIE STONE")
    assert state(asked, reviewer, "one_account") == ("holds", MACHINE), "a name alone says little"
    twin = make.person(full_name="Ann Marie Stone", phone="(251) 555-0199")
    assert state(asked, reviewer, "one_account") == ("fails", MACHINE)
    said = evidence(asked, reviewer, "one_account")
    assert said == f"The account {twin.username} has the same legal name, phone number."
    at_harp = make.person("annstone7")
    HarpIdentity.objects.create(
        user=asked.requester,
        issuer="https://harp.example",
        subject="1",
        name_at_harp="AnnStone7",
        connected_at=timezone.now(),
        signed_in_at=timezone.now(),
    )
    assert at_harp.username in evidence(asked, reviewer, "one_account")


def test_an_old_account_that_becomes_alike_later_opens_the_answer_again(reviewer: User) -> None:
    asked = cases.case(full_name="Ann Marie Stone", phone="(251) 555-0199")
    by_phone, by_employer = (make.person(full_name="Ann Marie Stone") for _ in range(2))
    first = make.person(full_name="Ann Marie Stone", phone="(251) 555-0199")
    cases.answer(asked, reviewer, "one_account", note="Mother and daughter.")
    assert state(asked, reviewer, "one_account") == ("holds", REVIEWER)
    for becomes_alike in (
        lambda: profile.change(by_phone, phone="(251) 555-0199"),
        lambda: make.submit(by_employer, make.provider(), "pso"),
    ):
        becomes_alike()
        assert state(asked, reviewer, "one_account") == ("fails", MACHINE)
        cases.answer(asked, reviewer, "one_account", note=f"Not {first.username} either.")
        assert state(asked, reviewer, "one_account") == ("holds", REVIEWER)


def test_an_open_report_cannot_be_answered_away(reviewer: User) -> None:
    asked = cases.clean_case(reviewer)
    report = EmploymentReport.objects.create(
        provider=asked.provider,
        about=asked.requester,
        access_request=asked,
        reported_by=make.person(),
        text="Not here.",
        reported_at=timezone.now(),
    )
    assert list(open_reports_about(asked)) == [report]
    assert state(asked, reviewer, "not_reported") == ("fails", MACHINE)
    with pytest.raises(ValueError, match="not_reported"):
        cases.answer(asked, reviewer, "not_reported")
    report.outcome = EmploymentReport.Outcome.NOT_UPHELD
    report.settled_by, report.settled_at = reviewer, timezone.now()
    report.save()
    assert not open_reports_about(asked).exists()
    assert is_clean(cases.checklist(asked, reviewer))


def test_answers_count_for_the_person_as_they_were_read(reviewer: User) -> None:
    asked = cases.clean_case(reviewer)
    assert is_clean(cases.checklist(asked, reviewer))
    asked.requester.full_name = "Somebody Else"
    asked.requester.save(update_fields=["full_name"])
    found = {item.check.code for item in cases.checklist(asked, reviewer).not_holding}
    assert found == {"employment", "email", "second_path"}


def test_clean_ends_with_a_rival_and_with_a_contradiction(reviewer: User) -> None:
    asked = cases.clean_case(reviewer)
    cases.answer(asked, reviewer, "identity", cases.FAILS, "The photo is not theirs.")
    [reason] = why_not_clean(cases.checklist(asked, reviewer))
    assert reason == "Identity: failed."
    cases.answer(asked, reviewer, "identity")
    rival = cases.case(asked.provider)
    [reason] = why_not_clean(cases.checklist(asked, reviewer))
    assert reason == "1 other person asks to be PSO here."
    workflow.withdraw(rival.pk, by=rival.requester)
    assert is_clean(cases.checklist(asked, reviewer))


def test_what_is_written_down_is_on_record_and_only_by_who_could_decide(reviewer: User) -> None:
    asked = cases.case()
    cases.call(asked, reviewer)
    cases.answer(asked, reviewer, "employment")
    written = AuditEvent.objects.filter(request_id=asked.pk, actor=reviewer)
    types = list(written.order_by("pk").values_list("type", flat=True))
    assert types == [DeskEvent.CONTACT_ATTEMPTED, DeskEvent.CHECK_CONFIRMED]
    rows = CheckConfirmation.objects.count() + ContactAttempt.objects.count()
    workflow.return_for_information(asked.pk, by=reviewer, question="Which unit?")
    with pytest.raises(StepRefused) as refused:
        cases.answer(asked, reviewer, "email")
    assert refused.value.refusal == Refusal.RETURNED
    pso = make.pso(asked.provider)
    workflow.answer(asked.pk, by=asked.requester, text="North.")
    for who in (reviewer, pso):
        with pytest.raises(StepRefused):
            cases.call(asked, who)
    assert CheckConfirmation.objects.count() + ContactAttempt.objects.count() == rows
    with pytest.raises(AccessRequest.DoesNotExist):
        cases.call(asked, make.person())


def test_addresses_whose_reply_counts(reviewer: User) -> None:
    asked = cases.case()
    added = {"source": "entered", "added_by": reviewer, "added_at": timezone.now()}
    Contact.objects.create(provider=asked.provider, email="ada@home.example", **added)
    gone = {"removed_at": timezone.now(), "removed_why": "Left."}
    Contact.objects.create(provider=asked.provider, email="old@home.example", **added, **gone)
    Contact.objects.create(provider=asked.provider, email=asked.requester.email, **added)
    assert steps.known_addresses(asked.provider, but=asked.requester) == ["ada@home.example"]


def test_the_queue_marks_are_the_rule(reviewer: User) -> None:
    """is_first_pso, which triggers keep, says what policy says."""
    home = make.provider()
    asked = [cases.case(home) for _ in range(3)]
    workflow.return_for_information(asked[2].pk, by=reviewer, question="Which unit?")
    pso = asked[0].requester
    workflow.approve(asked[0].pk, by=reviewer)
    _check_marks(asked[1:], reviewer, first=False)
    workflow.give_up(pso.role_assignments.get().pk, by=pso)
    _check_marks(asked[1:], reviewer, first=True)


def _check_marks(requests: list[AccessRequest], reviewer: User, *, first: bool) -> None:
    for each in requests:
        marked = AccessRequest.objects.extra(select={"marked": "is_first_pso"}).get(pk=each.pk)
        standing = policy.with_standing(AccessRequest.objects.all(), reviewer).get(pk=each.pk)
        is_cms = policy.required_authority(standing) == "cms"
        assert (marked.marked, is_cms) == (first, first)  # type: ignore[attr-defined]
