"""Each of many is judged as it would be alone; what may not be done is named, the rest is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from access_requests import workflow
from access_requests.models import (
    AccessRequest,
    Authority,
    EventType,
    RejectionReason,
    RoleAssignment,
    Status,
)
from access_requests.policy import Refusal, StepRefused
from access_requests.refused import for_decider
from access_requests.statement import NotEligible
from accounts import audit
from accounts.models import AuditEvent, Notice, OutgoingEmail, User
from providers.models import Provider
from tests import builders as make
from tests.access_requests.test_all_or_nothing import Broken, broken, everything
from tests.together.scene import as_read, fresh, scene

pytestmark = pytest.mark.django_db

NO: dict[str, Any] = {"reason": RejectionReason.OTHER, "explanation": "Not on our list."}


def mixture() -> tuple[User, list[int]]:
    """One request of each kind that there is, to a PSO who may decide some of them."""
    home, quiet, elsewhere = make.provider(), make.provider(), make.provider()
    pso = make.pso(home)
    make.pso(home)
    make.pso(quiet, pso, by=make.reviewer())
    make.pso(elsewhere)
    good = make.submit(make.person(), home)
    further_pso = make.submit(make.person(), home, "pso")
    own, own_alone = make.submit(pso, home), make.submit(pso, quiet)
    returned, withdrawn = (make.submit(make.person(), home) for _ in range(2))
    workflow.return_for_information(returned.pk, by=pso, question="Which unit?")
    workflow.withdraw(withdrawn.pk, by=withdrawn.requester)
    switched_off, unverified = (make.submit(make.person(), home) for _ in range(2))
    User.objects.filter(pk=switched_off.requester_id).update(is_active=False)
    unverified.requester.emailaddress_set.update(verified=False)
    not_mine = make.submit(make.person(), elsewhere)
    closed = make.submit(make.person(), quiet)
    Provider.objects.filter(pk=quiet.pk).update(closed_on=timezone.localdate())
    asked = [good, further_pso, own, own_alone, returned, withdrawn, switched_off, unverified]
    return pso, [*(each.pk for each in [*asked, not_mine, closed]), 10**12]


def alone(step: Callable[[], Any]) -> str:
    """How it ends for one at a time; then it has not happened."""
    with transaction.atomic():
        try:
            step()
            return ""
        except (StepRefused, NotEligible) as refusal:
            return for_decider(refusal)
        except AccessRequest.DoesNotExist:
            return str(Refusal.NOT_FOUND.label)
        finally:
            transaction.set_rollback(True)


def test_each_is_approved_or_refused_as_it_would_be_alone() -> None:
    pso, ids = mixture()
    wanted = {pk: alone(partial(workflow.approve, pk, by=pso)) for pk in ids}
    outcomes = workflow.approve_many(ids, by=pso)
    assert {each.pk: each.refusal for each in outcomes} == wanted
    assert [each.pk for each in outcomes] == ids
    assert [each.pk for each in outcomes if each.is_done] == ids[:2]
    # Nine refusals, of seven kinds: no two sentences are alike by an oversight.
    assert len({said for said in wanted.values() if said}) == 7


def test_each_is_rejected_or_refused_as_it_would_be_alone() -> None:
    pso, ids = mixture()
    wanted = {pk: alone(partial(workflow.reject, pk, by=pso, **NO)) for pk in ids}
    outcomes = workflow.reject_many(ids, by=pso, **NO)
    assert {each.pk: each.refusal for each in outcomes} == wanted
    done = AccessRequest.objects.filter(status=Status.REJECTED)
    assert [each.pk for each in outcomes if each.is_done] == list(
        done.order_by("pk").values_list("pk", flat=True)
    )
    assert {each.rejection_explanation for each in done} == {"Not on our list."}
    assert {each.decided_as for each in done} == {Authority.PSO}


def test_what_is_written_for_each_is_what_is_written_for_one() -> None:
    """The rows of one approved alone and of one approved with another differ in nothing else."""
    here = scene(3)
    single, *several = here.asked
    workflow.approve(single.pk, by=here.pso)
    workflow.approve_many([each.pk for each in several], by=here.pso)
    rows = [
        AccessRequest.objects.filter(pk=each.pk).values(
            "status", "decided_by", "decided_as", "rejection_reason", "closed_reason"
        )[0]
        for each in here.asked
    ]
    assert rows[0] == rows[1] == rows[2]
    roles = RoleAssignment.objects.filter(access_request__in=here.ids).order_by("access_request")
    kept = ["provider", "role", "affiliation", "status", "ends_on", "ended_how"]
    first, *others = roles.values(*kept)
    assert others == [first, first]
    lines = AuditEvent.objects.filter(type=EventType.APPROVED, request_id__in=here.ids)
    details = [each.details for each in lines.order_by("request_id")]
    for line, person in zip(details, (each.requester for each in here.asked), strict=True):
        assert (line["name"], line["email"]) == (person.full_name, person.email)
    assert [line.get("together") for line in details] == [None, 2, 2]


def test_what_was_read_is_what_is_approved() -> None:
    here = scene(3)
    seen = {
        int(pk): said
        for pk, said in (each.split(":") for each in as_read(here.asked)["approve"].split())
    }
    User.objects.filter(pk=here.asked[1].requester_id).update(full_name="Somebody Else")
    outcomes = workflow.approve_many(here.ids, by=here.pso, seen=seen)
    assert [each.refusal for each in outcomes] == ["", str(Refusal.CHANGED_MEANWHILE.label), ""]


def test_cms_decides_its_first_psos_elsewhere() -> None:
    homes, reviewer = [make.provider(), make.provider()], make.reviewer()
    asked = [make.submit(make.person(), home, "pso") for home in homes]
    for outcomes in (
        workflow.approve_many([each.pk for each in asked], by=reviewer),
        workflow.reject_many([each.pk for each in asked], by=reviewer, **NO),
    ):
        assert {each.refusal for each in outcomes} == {str(Refusal.AT_THE_DESK.label)}
    assert {each.status for each in fresh(asked)} == {Status.PENDING}


def test_personal_addresses_are_judged_by_the_size_of_each_chain() -> None:
    """In a chain of three one needs a corporate address; in one of two, and in none, not."""
    reviewer, pso = make.reviewer(), make.person()
    attested = replace(
        make.EMPLOYED, attests_no_corporate_email=True, attests_small_organization=True
    )
    asked = []
    for number, size in enumerate((3, 2, 0)):
        home = make.provider()
        make.pso(home, pso, by=reviewer)
        nurse = make.person(email=f"nurse{number}@gmail.com")
        asked.append(make.submit(nurse, home, "assessment_viewer", attested))
        if size:
            home.chain = make.chain(size - 1)[0]
            home.save()
    outcomes = workflow.approve_many([each.pk for each in asked], by=pso)
    assert [each.is_done for each in outcomes] == [False, True, True]
    assert "has 3. Change the address" in outcomes[0].refusal


def test_new_psos_are_told_what_waits_and_a_sole_pso_that_the_wait_is_over() -> None:
    home = make.provider()
    sole = make.pso(home)
    own = make.submit(sole, home)
    waiting = make.submit(make.person(), home)
    first, second = (make.submit(make.person(), home, "pso") for _ in range(2))
    outcomes = workflow.approve_many([first.pk, second.pk], by=sole)
    assert all(each.is_done for each in outcomes)
    for each in (first, second):
        told = Notice.objects.get(recipient=each.requester, kind="you_are_now_pso")
        assert "2 requests already wait in your queue" in told.body
    over = Notice.objects.filter(kind="request_no_longer_waiting")
    assert [each.request_id for each in over] == [own.pk]
    assert waiting.pk not in over.values_list("request_id", flat=True)


def test_one_person_gets_one_email_for_all_and_a_notice_for_each() -> None:
    homes, person = [make.provider() for _ in range(3)], make.person()
    pso, reviewer = make.person(), make.reviewer()
    for home in homes:
        make.pso(home, pso, by=reviewer)
    asked = [make.submit(person, home) for home in homes]
    other = make.submit(make.person(), homes[0])
    workflow.approve_many([each.pk for each in [*asked, other]], by=pso)
    [email] = OutgoingEmail.objects.filter(to_address=person.email, subject__contains="Approved")
    assert email.subject == "Approved: 3 of your requests"
    for each in asked:
        assert f"CCN {each.provider.ccn} (request {each.pk})" in email.body_text
        told = Notice.objects.get(request_id=each.pk, kind="request_approved")
        assert told.digest == email
        assert each.provider.ccn in told.subject
    assert "You can work in iQIES with this role." in email.body_text
    assert "requests/" in email.body_text
    alone_email = OutgoingEmail.objects.get(
        to_address=other.requester.email, priority=10, pk__gt=email.pk
    )
    assert alone_email.subject.startswith("Approved: Assessment Viewer at CCN")


def test_who_is_rejected_several_times_reads_reason_and_next_step_once() -> None:
    homes, person = [make.provider() for _ in range(2)], make.person()
    pso, reviewer = make.person(), make.reviewer()
    for home in homes:
        make.pso(home, pso, by=reviewer)
    asked = [make.submit(person, home) for home in homes]
    workflow.reject_many([each.pk for each in asked], by=pso, **NO)
    email = OutgoingEmail.objects.get(to_address=person.email, subject__contains="Rejected")
    assert email.subject == "Rejected: 2 of your requests"
    assert email.body_text.count("Explanation: Not on our list.") == 1
    assert email.body_text.count("What you can do next:") == 1


STEPS: dict[str, Callable[[list[int], list[int], User], Any]] = {
    "approve": lambda ids, _held, by: workflow.approve_many(ids, by=by),
    "reject": lambda ids, _held, by: workflow.reject_many(ids, by=by, **NO),
    "revoke": lambda _ids, held, by: workflow.revoke_many(held, by=by, reason="Left."),
}


@pytest.mark.parametrize("name", list(STEPS))
@pytest.mark.parametrize("fault", ["audit", "letters"])
def test_a_fault_undoes_all_of_it(name: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = scene(3)
    holders = [make.holder(here.homes[0]) for _ in range(2)]
    held = list(RoleAssignment.objects.filter(user__in=holders).values_list("pk", flat=True))
    step = partial(STEPS[name], here.ids, held, here.pso)
    before = everything()
    with monkeypatch.context() as patch:
        if fault == "audit":
            patch.setattr(audit, "record_many", broken)
        else:
            patch.setattr("accounts.joint_notices.tell", broken)
        with pytest.raises(Broken):
            step()
    assert everything() == before
    step()
    assert everything() != before


def test_no_choice_changes_nothing() -> None:
    here = scene(1)
    before = everything()
    assert workflow.approve_many([], by=here.pso) == []
    assert workflow.reject_many([], by=here.pso, **NO) == []
    assert workflow.revoke_many([], by=here.pso, reason="Left.") == []
    assert everything() == before
