"""The story a request's page tells, to whom, and the evidence a decider is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from access_requests import evidence, policy, timeline, workflow
from access_requests.models import (
    AccessRequest,
    EventType,
    RejectionReason,
    RoleAssignment,
)
from access_requests.timeline import Entry
from accounts import notices
from accounts.models import AuditEvent, OutgoingEmail, User
from providers.models import Provider
from tests import builders as make

pytestmark = pytest.mark.django_db


def story(request: AccessRequest, viewer: User) -> list[Entry]:
    rows = policy.with_standing(policy.visible_requests(viewer), viewer)
    seen = rows.select_related("provider", "requester", "role").get(pk=request.pk)
    return timeline.entries(seen, viewer, seen.questions.all())


def told(request: AccessRequest, viewer: User) -> list[tuple[str, str]]:
    return [(each.heading, each.by) for each in story(request, viewer)]


@pytest.fixture
def home() -> Provider:
    return make.provider()


@pytest.fixture
def nora(home: Provider) -> User:
    return make.pso(home, make.person("nora", full_name="Nora Pace"))


@pytest.fixture
def ann() -> User:
    return make.person("ann", full_name="Ann Gray")


def test_the_whole_story_as_each_may_read_it(home: Provider, nora: User, ann: User) -> None:
    other = make.pso(home)
    asked = make.submit(ann, home)
    workflow.return_for_information(asked.pk, by=nora, question="Which unit?")
    workflow.answer(asked.pk, by=ann, text="The north one.")
    workflow.return_for_information(asked.pk, by=nora, question="Since when?")
    workflow.take_back(asked.pk, by=nora)
    workflow.reject(
        asked.pk, by=nora, reason=RejectionReason.NOT_NEEDED, explanation="The unit closed."
    )
    steps = [
        EventType.SUBMITTED,
        EventType.RETURNED,
        EventType.ANSWERED,
        EventType.RETURNED,
        EventType.TAKEN_BACK,
        EventType.REJECTED,
    ]
    headings = [str(step.label) for step in steps]

    def as_told(requester: str, pso: str) -> list[tuple[str, str]]:
        return list(zip(headings, [requester, pso, requester, pso, pso, pso], strict=True))

    assert told(asked, ann) == as_told("You", "A PSO of this CCN")
    assert told(asked, nora) == as_told("Ann Gray", "You")
    assert told(asked, other) == as_told("Ann Gray", "Nora Pace")
    assert told(asked, make.reviewer()) == as_told("Ann Gray", "Nora Pace")
    assert told(asked, make.agent()) == as_told("Ann Gray", "Nora Pace")
    bodies = [each.body for each in story(asked, ann)]
    label = RejectionReason.NOT_NEEDED.label
    assert bodies == [
        "",
        "Which unit?",
        "The north one.",
        "Since when?",
        "",
        f"{label}.\nThe unit closed.",
    ]


def test_psos_are_named_to_the_requester_only_while_they_hold_a_role(
    home: Provider, nora: User, ann: User
) -> None:
    asked = make.submit(ann, home)
    workflow.return_for_information(asked.pk, by=nora, question="Which unit?")
    assert "Nora" not in str(story(asked, ann))

    workflow.answer(asked.pk, by=ann, text="North.")
    workflow.approve(asked.pk, by=nora)
    assert told(asked, ann)[-1] == ("Approved", "Nora Pace")

    second = make.submit(ann, home, "assessment_submitter")
    workflow.return_for_information(second.pk, by=nora, question="Why?")
    assert told(second, ann)[-1][1] == "Nora Pace"

    workflow.revoke(RoleAssignment.objects.get(user=ann).pk, by=nora, reason="Moved on.")
    assert "Nora" not in str(story(asked, ann))
    assert story(asked, ann)[-1].body == "Moved on."


def test_a_reviewers_name_stays_inside_cms(home: Provider, ann: User) -> None:
    reviewer = make.person("ray", full_name="Ray Cole", cms_role="reviewer")
    asked = make.submit(ann, home, "pso")
    workflow.approve(asked.pk, by=reviewer)
    assert told(asked, ann)[-1] == ("Approved", "CMS")
    assert told(asked, make.reviewer())[-1] == ("Approved", "Ray Cole")
    assert told(asked, make.pso(home))[-1] == ("Approved", "CMS")


def test_what_moved_is_part_of_the_story_without_a_name(home: Provider, ann: User) -> None:
    reviewer = make.reviewer()
    pso_request = make.submit(ann, home, "pso")
    viewer_request = make.submit(make.person(), home)
    pso = make.pso(home, by=reviewer)
    workflow.give_up(RoleAssignment.objects.get(user=pso).pk, by=pso)
    assert told(pso_request, ann)[1:] == [
        ("The CCN got a PSO: the PSO decides", ""),
        ("The CCN lost its last PSO: CMS decides", ""),
    ]
    assert told(viewer_request, viewer_request.requester)[1:] == [
        ("The CCN got a PSO: the PSO decides", ""),
        ("The CCN lost its last PSO: the request waits", ""),
    ]


def test_what_the_system_did_says_so(home: Provider, nora: User, ann: User) -> None:
    asked = make.submit(ann, home)
    Provider.objects.filter(pk=home.pk).update(closed_on="2026-11-20")
    workflow.close_at_closed_provider(home.pk)
    assert told(asked, ann)[-1] == ("Closed", "The system")
    assert story(asked, ann)[-1].body == "The provider has closed."


@pytest.mark.parametrize("cms_role", ["reviewer", "agent"])
def test_looks_of_cms_are_on_record_but_no_part_of_the_story(
    home: Provider, ann: User, cms_role: str
) -> None:
    asked = make.submit(ann, home, "pso")
    looker = make.person("looker", full_name="Lou Keller", cms_role=cms_role)
    client = Client()
    client.force_login(looker)
    page = client.get(asked.get_absolute_url())
    [look] = AuditEvent.objects.filter(type=EventType.PERSON_VIEWED)
    assert (look.actor, look.person, look.request_id) == (looker, ann, asked.pk)
    assert page.status_code == 200
    for viewer in (ann, looker, make.reviewer()):
        assert [each.heading for each in story(asked, viewer)] == ["Request submitted"]


def test_whether_each_email_left_is_on_the_page(home: Provider, nora: User, ann: User) -> None:
    asked = make.submit(ann, home)
    email = OutgoingEmail.objects.get(notice__recipient=ann)
    states = {
        OutgoingEmail.State.WAITING: None,
        OutgoingEmail.State.SENT: asked.submitted_at,
        OutgoingEmail.State.BOUNCED: asked.submitted_at,
        OutgoingEmail.State.FAILED: None,
    }
    clients = {person: Client() for person in (ann, nora, make.reviewer(), make.agent())}
    for state, sent_at in states.items():
        OutgoingEmail.objects.filter(pk=email.pk).update(state=state, sent_at=sent_at)
        for person, client in clients.items():
            client.force_login(person)
            assert str(state.label) in client.get(asked.get_absolute_url()).content.decode()


def test_deliveries_know_who_was_told_what(home: Provider, nora: User, ann: User) -> None:
    asked = make.submit(ann, home)
    User.objects.filter(pk=ann.pk).update(is_active=False)
    workflow.reject(asked.pk, by=nora, reason=RejectionReason.OTHER, explanation="Left.")
    deliveries = notices.deliveries_for_request(asked.pk)
    assert [(each.recipient, each.kind, each.state) for each in deliveries] == [
        (ann, "request_received", "waiting"),
        (nora, "request_to_decide", "waiting"),
        (ann, "request_rejected", ""),
    ]
    assert deliveries[-1].state_label == "Not emailed: the account is not active"


def domain_of(request: AccessRequest) -> evidence.EmailEvidence:
    rows = AccessRequest.objects.select_related("requester", "provider")
    return evidence.email_evidence(rows.get(pk=request.pk))


def test_a_domain_known_at_the_ccn_or_its_chain_is_shown() -> None:
    _, (home, sister) = make.chain(2)
    reviewer = make.reviewer()
    first = make.submit(make.person(email="a@one.example"), home, "pso")
    assert domain_of(first).sentence.startswith("Nobody else")

    make.pso(sister, make.person(email="b@one.example"), by=reviewer)
    assert domain_of(first).people_in_chain == 1
    assert "1 other person with a role in this chain uses one.example" in domain_of(first).sentence

    workflow.approve(first.pk, by=reviewer)
    second = make.submit(make.person(email="c@ONE.example"), home)
    seen = domain_of(second)
    assert (seen.people_here, seen.people_in_chain) == (1, 2)
    assert "at this CCN uses one.example" in seen.sentence

    stranger = make.submit(make.person(email="d@notone.example"), home)
    assert domain_of(stranger).people_in_chain == 0


def test_a_personal_address_is_marked_and_never_counted() -> None:
    statement = replace(
        make.EMPLOYED, attests_small_organization=True, attests_no_corporate_email=True
    )
    home = make.provider()
    asked = make.submit(make.person(email="a@gmail.com"), home, "pso", statement)
    seen = domain_of(asked)
    assert (seen.is_personal, seen.people_here) == (True, 0)
    assert seen.sentence == "A personal address, with the requester's attestation."
