"""Filing line by line: by whom it was begun and by whom it is ended makes no difference."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import management
from django.db import connection
from django.utils import timezone

from access_requests import tasks, workflow
from access_requests.groups import filing, letters
from access_requests.groups.filing import Asked
from access_requests.models import AccessRequest, GroupLine, RequestGroup
from access_requests.unlisted.moving import move_all
from accounts.models import Notice
from tests import builders as make
from tests.access_requests.racing import at_once, held
from tests.groups.builders import signed_in, started
from tests.services import wait_for

VIEWER, PSO = "assessment_viewer", "pso"
Outcome = GroupLine.Outcome


def outcomes(group: RequestGroup) -> list[str]:
    return list(group.lines.values_list("outcome", flat=True))


@pytest.mark.django_db
def test_a_worker_that_died_is_followed_by_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    homes = [make.provider() for _ in range(5)]
    pso = make.pso(homes[0])
    requester = make.person()
    submit = workflow.submit
    filed: list[AccessRequest] = []

    def dies(**asked: Any) -> AccessRequest:
        if len(filed) == 2:
            raise SystemExit
        filed.append(submit(**asked))
        return filed[-1]

    group = started(requester, homes)
    with monkeypatch.context() as patch:
        patch.setattr(workflow, "submit", dies)
        with pytest.raises(SystemExit):
            filing.file_some(group.pk, most=5)
    assert outcomes(group) == ["filed", "filed", "waiting", "waiting", "waiting"]
    assert not Notice.objects.filter(kind="group_received").exists()
    assert filing.groups_to_take_up() == []
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        assert filing.groups_to_take_up() == [group.pk]
        tasks.file_group(group.pk)
        tasks.file_group(group.pk)
        assert filing.groups_to_take_up() == []
    assert outcomes(group) == ["filed"] * 5
    asked = AccessRequest.objects.filter(requester=requester)
    assert asked.count() == 5
    # They keep the place that they had when the form was sent.
    assert {each.submitted_at for each in asked} == {group.created_at}
    told = Notice.objects.filter(created_at__gte=group.created_at)
    assert sorted(told.values_list("kind", "recipient")) == [
        ("group_received", requester.pk),
        ("request_to_decide", pso.pk),
    ]


@pytest.mark.django_db
def test_one_line_that_cannot_be_filed_does_not_stop_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    homes = [make.provider() for _ in range(3)]
    group = started(make.person(), homes)
    submit = workflow.submit

    def breaks(**asked: Any) -> AccessRequest:
        if asked["provider"] == homes[1]:
            raise ZeroDivisionError
        return submit(**asked)

    monkeypatch.setattr(workflow, "submit", breaks)
    assert filing.file_some(group.pk, most=5, seconds=-1)
    assert outcomes(group) == ["waiting"] * 3
    filing.file_some(group.pk, most=5)
    assert outcomes(group) == ["filed", "refused", "filed"]
    assert "form of its own" in group.lines.get(provider=homes[1]).refusal


@pytest.mark.django_db
def test_what_changed_since_the_list_was_looked_at_is_judged_again() -> None:
    homes = [make.provider() for _ in range(2)]
    requester = make.person()
    group = started(requester, homes)
    make.submit(requester, homes[0])
    filing.file_some(group.pk, most=5)
    assert outcomes(group) == ["refused", "filed"]
    assert "already have an open request" in group.lines.get(provider=homes[0]).refusal


@pytest.mark.django_db
def test_one_letter_for_each_decider(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PSO of many of the CCNs, one of a single one, and CMS for those without."""
    monkeypatch.setattr(letters, "MOST_LISTED", 3)
    homes = [make.provider() for _ in range(7)]
    pso = make.pso(homes[0], make.person(full_name="Ann Lee"))
    other = make.pso(homes[1], make.person(full_name="Ben Orr"))
    for home in homes[1:5]:
        make.pso(home, pso)
    reviewers = [make.reviewer(), make.reviewer()]
    Notice.objects.all().delete()
    group = started(make.person(full_name="Cora Vance"), homes, PSO)
    filing.file_some(group.pk, most=30)
    by_person = {each.recipient: each for each in Notice.objects.exclude(kind="group_received")}
    assert set(by_person) >= {pso, other, *reviewers}
    assert Notice.objects.count() == len(by_person) + 1
    assert "5 requests of one person" in by_person[pso].subject
    assert "and 2 more" in by_person[pso].body
    assert by_person[other].kind == "request_to_decide"
    assert "2 requests of one person" in by_person[reviewers[0]].subject
    # Who asks stands in the letter, as in that about one request; never in a subject, which a
    # locked screen shows.
    for decider in (pso, other, *reviewers):
        assert by_person[decider].body.count("Cora Vance") == 1
        assert "Cora Vance" not in by_person[decider].subject
    form = signed_in(reviewers[0]).get(by_person[reviewers[0]].path).content.decode()
    assert "to Ann Lee" in form
    # On the page of one request: whoever decides that one.
    [one] = AccessRequest.objects.filter(group_line__group=group, provider=homes[3])
    page = signed_in(make.agent()).get(one.get_absolute_url()).content.decode()
    assert "to the requester" in page
    assert "to Ann Lee" in page
    assert "to Ben Orr" not in page


@pytest.mark.django_db
def test_a_name_is_no_way_to_send_deciders_a_link() -> None:
    homes = [make.provider() for _ in range(2)]
    pso, reviewer = make.person(), make.reviewer()
    for home in homes:
        make.pso(home, pso, by=reviewer)
    to_cms = [make.provider() for _ in range(2)]
    person = make.person(full_name="Win at https://prize.example")
    filing.file_some(started(person, [*homes, *to_cms], PSO).pk, most=4)
    for decider in (pso, reviewer):
        letter = Notice.objects.get(recipient=decider, kind="group_to_decide")
        assert "Win at https: prize. example sent one form" in letter.body
        assert letter.email
        for written in (letter.email.body_text, letter.email.body_html):
            assert "https: prize. example" in written
            assert "prize.example" not in written


@pytest.mark.django_db
def test_lines_follow_a_provider_that_becomes_one_with_another() -> None:
    listed, provisional = make.provider(), make.provider("PAL00001", provisional_id="PAL00001")
    alone, both = started(make.person(), [listed]), started(make.person(), [listed, provisional])
    move_all(listed, provisional, by=make.reviewer())
    listed.delete()
    assert alone.lines.get().provider == provisional
    assert outcomes(both) == ["refused", "waiting"]
    filing.file_some(both.pk, most=5)
    filing.file_some(alone.pk, most=5)
    assert outcomes(alone) == ["filed"]
    assert outcomes(both) == ["refused", "filed"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_two_forms_at_once_file_everything_once() -> None:
    homes = [make.provider() for _ in range(6)]
    requester = make.person()
    key = uuid.uuid4()
    groups = at_once([lambda: started(requester, homes, key=key) for _ in range(3)])
    assert len({group.pk for group in groups}) == 1
    at_once([lambda: filing.file_some(groups[0].pk, most=10) for _ in range(3)])
    # Whoever found a line in other hands went away; the one who had it went on to the end.
    assert outcomes(groups[0]) == ["filed"] * 6
    assert AccessRequest.objects.filter(requester=requester).count() == 6
    assert Notice.objects.filter(kind="group_received").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_line_in_other_hands_is_left_there() -> None:
    homes = [make.provider() for _ in range(2)]
    group = started(make.person(), homes)
    with held(group.lines.order_by("position")[0]):
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        assert filing.file_some(group.pk, most=10) is False
        assert outcomes(group) == ["waiting", "waiting"]


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_files_the_rest(celery_worker_process: Any) -> None:
    homes = [make.provider() for _ in range(4)]
    group = started(make.person(), homes)
    assert filing.file_some(group.pk, most=2)
    filing.file_the_rest_later(group.pk)
    wait_for(
        lambda: RequestGroup.objects.filter(pk=group.pk, filed_at__isnull=False).first(),
        "the worker to file the rest",
    )
    assert outcomes(group) == ["filed"] * 4


@pytest.mark.django_db
def test_the_refused_are_kept_with_their_sentence_from_the_start() -> None:
    group, is_new = filing.start(
        requester=make.person(),
        form_key=uuid.uuid4(),
        statement=make.EMPLOYED,
        lines=[Asked("4.40E+233", make.role(), refusal="x" * 900)],
    )
    assert is_new
    assert not filing.file_some(group.pk, most=5)
    assert RequestGroup.objects.get(pk=group.pk).filed_at
    [told] = Notice.objects.filter(recipient=group.requester)
    assert "1 line of your form could not be filed" in told.body
    management.call_command("verify_audit", verbosity=0)
