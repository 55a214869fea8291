"""Many roles end in one step, as one would; what they leave behind changes hands."""

from __future__ import annotations

import pytest

from access_requests import workflow
from access_requests.models import AssignmentStatus, Authority, EventType, RoleAssignment
from access_requests.policy import Refusal
from accounts.models import AuditEvent, Notice, OutgoingEmail
from tests import builders as make
from tests.together.scene import scene

pytestmark = pytest.mark.django_db


def test_many_roles_are_revoked_and_what_may_not_be_is_named() -> None:
    here = scene(0, homes=2)
    person = make.person()
    for home in here.homes:
        make.holder(home, person)
    ended = RoleAssignment.objects.get(user=make.holder(here.homes[0]))
    workflow.give_up(ended.pk, by=ended.user)
    foreign = make.provider()
    make.pso(foreign)
    theirs = RoleAssignment.objects.get(user=make.holder(foreign))
    own = RoleAssignment.objects.filter(user=here.pso)[0]
    fellow = RoleAssignment.objects.get(user=here.fellow, provider=here.homes[0])
    held = list(RoleAssignment.objects.filter(user=person))
    asked = [*held, ended, theirs, own, fellow]
    outcomes = workflow.revoke_many([each.pk for each in asked], by=here.pso, reason="Left.")
    labels = [Refusal.ASSIGNMENT_ENDED, Refusal.NOT_FOUND, Refusal.OWN_ROLE]
    assert [each.refusal for each in outcomes] == [
        "",
        "",
        *(str(each.label) for each in labels),
        "",
    ]
    for each in [*held, fellow]:
        each.refresh_from_db()
        assert (each.status, each.ended_by, each.end_reason) == (
            AssignmentStatus.ENDED,
            here.pso,
            "Left.",
        )
    email = OutgoingEmail.objects.get(to_address=person.email, subject__contains="have ended")
    assert email.subject == "2 of your roles have ended"
    assert email.body_text.count("Reason: Left.") == 1
    lines = AuditEvent.objects.filter(type=EventType.ROLE_REVOKED)
    assert {each.details["authority"] for each in lines} == {Authority.PSO}


def test_cms_takes_both_psos_of_a_ccn_and_its_requests_change_hands() -> None:
    here = scene(2, homes=2)
    to_cms = make.submit(make.person(), here.homes[0], "pso")
    reviewer = make.reviewer()
    psos = RoleAssignment.objects.psos().filter(provider=here.homes[0])
    ids = list(psos.values_list("pk", flat=True))
    outcomes = workflow.revoke_many(ids, by=reviewer, reason="Sold.")
    assert all(each.is_done for each in outcomes)
    moved = AuditEvent.objects.filter(type=EventType.MOVED)
    assert {(each.request_id, each.details["to"]) for each in moved} == {
        (to_cms.pk, Authority.CMS),
        (here.asked[0].pk, ""),
    }
    told = Notice.objects.filter(recipient=here.asked[0].requester, kind="request_waits_again")
    assert told.count() == 1
    assert Notice.objects.filter(recipient=reviewer, kind="last_pso_gone").count() == 1
    # At the other CCN nothing has changed.
    assert not Notice.objects.filter(request_id=here.asked[1].pk, kind="request_waits_again")
