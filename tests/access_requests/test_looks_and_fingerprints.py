"""CMS's looks are on record whatever the page answers; a decision is on what was read."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from access_requests import workflow
from access_requests.forms import RequestForm
from access_requests.models import AccessRequest, RoleAssignment, Status
from access_requests.policy import Refusal, StepRefused
from access_requests.seen import fingerprint
from accounts.models import AuditEvent, Notice, User
from tests import builders as make

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def looks(viewer: User) -> int:
    return AuditEvent.objects.filter(type="person_viewed", actor=viewer).count()


@pytest.mark.parametrize("step", ["approve", "reject", "return", "answer", "withdraw", "take_back"])
def test_a_refused_step_of_an_agent_is_a_look_on_record(step: str) -> None:
    asked, agent = make.submit(make.person(), make.provider(), "pso"), make.agent()
    response = signed_in(agent).post(reverse(f"access_requests:{step}", args=[asked.pk]))
    assert response.status_code in {409, 422}
    assert looks(agent) == 1


def test_the_queue_and_the_revocation_page_are_looks_too() -> None:
    reviewer, home = make.reviewer(), make.provider()
    asked = make.submit(make.person(), home, "pso")
    client = signed_in(reviewer)
    client.get(reverse("access_requests:queue"))
    assert looks(reviewer) == 1
    workflow.approve(asked.pk, by=reviewer)
    held = RoleAssignment.objects.get()
    client.get(reverse("access_requests:revoke", args=[held.pk]))
    assert looks(reviewer) == 2


@pytest.mark.parametrize("page", ["revoke", "give_up"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_refused_end_of_a_role_is_a_look_as_well(page: str, method: str) -> None:
    """It names the person and the CCN while it refuses."""
    held, agent = make.pso(make.provider()).role_assignments.get(), make.agent()
    address = reverse(f"access_requests:{page}", args=[held.pk])
    assert getattr(signed_in(agent), method)(address).status_code == 409
    [line] = AuditEvent.objects.filter(type="person_viewed", actor=agent)
    assert (line.person, line.ccn) == (held.user, held.provider.ccn)


def test_a_psos_own_people_are_no_look() -> None:
    home = make.provider()
    pso = make.pso(home)
    asked = make.submit(make.person(), home)
    signed_in(pso).get(asked.get_absolute_url())
    assert looks(pso) == 0


def test_approving_somebody_who_changed_meanwhile_is_refused() -> None:
    home = make.provider()
    pso = make.pso(home)
    asked = make.submit(make.person(), home)
    read = fingerprint(asked)
    User.objects.filter(pk=asked.requester_id).update(full_name="Somebody Else")

    with pytest.raises(StepRefused) as refused:
        workflow.approve(asked.pk, by=pso, seen=read)
    assert refused.value.refusal == Refusal.CHANGED_MEANWHILE

    asked.refresh_from_db()
    assert asked.status == Status.PENDING
    workflow.approve(asked.pk, by=pso, seen=fingerprint(AccessRequest.objects.get(pk=asked.pk)))
    [line] = AuditEvent.objects.filter(type="request_approved", request_id=asked.pk)
    assert line.details["name"] == "Somebody Else"


def test_a_first_psos_own_request_is_told_that_it_waits() -> None:
    home, reviewer, person = make.provider(), make.reviewer(), make.person()
    own = make.submit(person, home)
    other = make.submit(make.person(), home)

    workflow.approve(make.submit(person, home, "pso").pk, by=reviewer)

    [kept] = Notice.objects.filter(request_id=own.pk).exclude(kind="request_received")
    assert kept.kind == "request_waits_again"
    assert "only Provider Security Official" in kept.body
    [freed] = Notice.objects.filter(request_id=other.pk).exclude(kind__in=["request_received"])[:1]
    assert freed.kind == "request_no_longer_waiting"


def test_a_question_stays_with_its_asker_unless_they_became_an_agent() -> None:
    reviewer = make.reviewer()
    asked = make.submit(make.person(), make.provider(), "pso")
    workflow.return_for_information(asked.pk, by=reviewer, question="Who is in charge?")
    reviewer.cms_role = "agent"
    reviewer.save(update_fields=["cms_role"])
    with pytest.raises(StepRefused) as refused:
        workflow.take_back(asked.pk, by=reviewer)
    assert refused.value.refusal == Refusal.NOT_THE_ASKER


def test_what_is_one_line_stays_one_line() -> None:
    home, person = make.provider(), make.person()
    form = RequestForm(
        {
            "ccn": home.ccn,
            "role": "assessment_viewer",
            "affiliation": "employed",
            "job_title": "Nurse\n\nACTION REQUIRED:\u202e call",
            "employer": "Sunrise \r\n Care",
        },
        person=person,
    )
    form.is_valid()
    assert form.cleaned_data["job_title"] == "Nurse ACTION REQUIRED: call"
    assert form.cleaned_data["employer"] == "Sunrise Care"
