"""The page for deciding, the two steps, and what happened: who gets there, and what they read."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access_requests import workflow
from access_requests.models import AccessRequest, Status
from accounts import kept_forms, second_factor
from accounts.models import KeptForm, User
from tests import builders as make
from tests.accounts.signing_in import end_of
from tests.together.scene import Scene, as_read, fresh, scene, signed_in

pytestmark = pytest.mark.django_db

CHOOSE, APPROVE = "/queue/together/", "/queue/together/approve/"
REJECT, RESULT = "/queue/together/reject/", "/queue/together/result/"
REASON = {"reject-reason": "other", "reject-explanation": "Nobody here knows them."}
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def ticked(here: Scene) -> dict[str, Any]:
    return {"request": [str(pk) for pk in here.ids]}


def numbers(here: Scene) -> dict[str, str]:
    return {"requests": " ".join(map(str, here.ids))}


def text_of(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def chosen(client: Client, data: dict[str, Any]) -> str:
    """The page for deciding, to which whoever sends a choice is led."""
    answer = client.post(CHOOSE, data)
    assert answer.status_code == 302
    return text_of(client, answer["Location"])


def statuses(here: Scene) -> set[str]:
    return {each.status for each in fresh(here.asked)}


def test_nobody_else_gets_there() -> None:
    here = scene(1)
    former = make.pso(here.homes[0])
    role = former.role_assignments.get()
    workflow.give_up(role.pk, by=former)
    others = [make.person(), here.asked[0].requester, make.reviewer(), make.agent(), former]
    for person in others:
        client = signed_in(person)
        for address in (CHOOSE, APPROVE, REJECT, RESULT):
            assert client.get(address).status_code == 404
            wanted = 405 if address == RESULT else 404
            assert client.post(address, ticked(here) | REASON).status_code == wanted
    assert "/accounts/login/" in Client().post(APPROVE, ticked(here))["Location"]
    assert statuses(here) == {Status.PENDING}


def test_a_pso_elsewhere_decides_nothing_here() -> None:
    here, elsewhere = scene(2), make.pso(make.provider())
    client = signed_in(elsewhere)
    page = chosen(client, ticked(here))
    assert "None of the requests you selected can be decided by you" in page
    for each in here.asked:
        assert str(each.requester) not in page
    answer = client.post(APPROVE, ticked(here), follow=True).content.decode()
    assert "0 of 2 approved now." in answer
    assert str(here.asked[0].requester) not in answer
    client.post(REJECT, ticked(here) | REASON)
    assert statuses(here) == {Status.PENDING}


def test_the_page_says_who_gets_what_and_decides_nothing() -> None:
    here = scene(2)
    further = make.submit(make.person(), here.homes[0], "pso")
    gone = make.submit(make.person(), here.homes[0])
    workflow.withdraw(gone.pk, by=gone.requester)
    unverified = make.submit(make.person(), here.homes[0])
    unverified.requester.emailaddress_set.update(verified=False)
    here.asked += [further, gone, unverified]
    page = chosen(signed_in(here.pso), ticked(here))
    assert "1 of the 5 you selected can no longer be decided by you" in page
    assert "4 of the 5 you selected are left to decide." in page
    assert "2 × Assessment Viewer" in page
    assert "1 × Provider Security Official" in page
    assert "One of them becomes a PSO and then decides who gets access at that CCN" in page
    assert "The email address of this account is not verified yet" in page
    assert "This request has already ended: Withdrawn." in page
    assert "Approve these 3 requests" in page
    assert "Reject these 4 requests" in page
    assert AccessRequest.objects.filter(status=Status.APPROVED).count() == 2  # the PSOs themselves


def test_one_is_left_out_and_nothing_typed_is_lost() -> None:
    here = scene(3)
    dropped = here.asked[1]
    typed = numbers(here) | REASON | {"leave": str(dropped.pk)}
    page = chosen(signed_in(here.pso), typed)
    assert f'name="requests" value="{here.ids[0]} {here.ids[2]}"' in page
    assert str(dropped.requester) not in page
    assert "Nobody here knows them." in page
    assert '<option value="other" selected>' in page


def test_the_enter_key_leaves_nobody_out_and_decides_nothing() -> None:
    """A browser then presses the form's first button."""
    here = scene(3)
    client = signed_in(here.pso)
    form = chosen(client, ticked(here)).partition('action="/queue/together/reject/"')[2]
    first = re.search(r"<button[^>]*>", form)
    assert first is not None
    assert f'formaction="{CHOOSE}"' in first[0]
    assert "name=" not in first[0]
    page = chosen(client, numbers(here) | REASON)
    assert f'name="requests" value="{" ".join(map(str, here.ids))}"' in page
    assert "Nobody here knows them." in page
    assert statuses(here) == {Status.PENDING}


def test_who_changed_since_the_queue_was_read_is_marked() -> None:
    here = scene(2)
    seen = {f"seen-{each.pk}": make.as_read(each)["seen"] for each in here.asked}
    User.objects.filter(pk=here.asked[0].requester_id).update(full_name="Somebody Else")
    page = chosen(signed_in(here.pso), ticked(here) | seen)
    assert page.count("Changed since you read the queue") == 1


def test_approved_with_what_was_read_and_the_page_survives_a_reload() -> None:
    here = scene(3)
    client = signed_in(here.pso)
    sent = as_read(here.asked)
    User.objects.filter(pk=here.asked[2].requester_id).update(full_name="Somebody Else")
    answer = client.post(APPROVE, sent)
    for _ in range(2):
        page = text_of(client, answer["Location"])
        assert "2 of 3 approved now." in page
        assert "changed their name or email address while you read" in page
    assert [each.status for each in fresh(here.asked)] == ["approved", "approved", "pending"]
    # Sent twice, say by a second click: they are what they should be, and nothing is done twice.
    again = text_of(client, client.post(APPROVE, sent)["Location"])
    assert "0 of 3 approved now. 2 were already approved by you." in again
    assert "Already approved by you before (2)" in again
    assert "by you now" not in again


def test_rejected_with_one_reason() -> None:
    here = scene(2)
    client = signed_in(here.pso)
    answer = client.post(REJECT, numbers(here) | REASON)
    assert "2 of 2 rejected now." in text_of(client, answer["Location"])
    for each in fresh(here.asked):
        assert (each.status, each.rejection_reason) == (Status.REJECTED, "other")
        assert each.rejection_explanation == "Nobody here knows them."


def test_a_reason_that_is_missing_stands_beside_its_field() -> None:
    here = scene(2)
    typed = numbers(here) | {"reject-reason": "", "reject-explanation": "Because."}
    answer = signed_in(here.pso).post(REJECT, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose a reason." in page
    assert "Because." in page
    assert f'name="requests" value="{here.ids[0]} {here.ids[1]}"' in page
    assert statuses(here) == {Status.PENDING}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Select at least one request"),
        ({"request": ["none", "-1", "9" * 30, ""]}, "Select at least one request"),
        ({"requests": " ".join(map(str, range(1, 102)))}, "At most 100 requests"),
    ],
)
def test_a_choice_that_is_none_leads_back(data: dict[str, Any], said: str) -> None:
    here = scene(1)
    client = signed_in(here.pso)
    for address in (CHOOSE, APPROVE, REJECT):
        assert said in client.post(address, data | REASON, follow=True).content.decode()
    assert statuses(here) == {Status.PENDING}


def test_back_at_the_queue_as_it_was_narrowed() -> None:
    here = scene(1)
    client = signed_in(here.pso)
    data = ticked(here) | {"back": "role=pso&size=50&//evil.example"}
    assert 'href="/queue/?role=pso&amp;size=50' in chosen(client, data)
    answer = client.post(APPROVE, data)
    assert quote("role=pso&size=50") in answer["Location"]
    assert 'href="/queue/?role=pso&amp;size=50' in text_of(client, answer["Location"])
    # What is no longer kept is no error.
    assert client.get(f"{RESULT}?n=77")["Location"] == "/queue/"
    assert client.get(RESULT, follow=True).status_code == 200


def test_a_factor_that_is_too_old_is_asked_for_before_anything_is_decided(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = scene(2)
    client = signed_in(here.pso)

    class Asked(Exception):
        pass

    def ask(_request: Any) -> None:
        raise Asked

    monkeypatch.setattr(second_factor, "require_fresh", ask)
    for address, data in ((APPROVE, as_read(here.asked)), (REJECT, numbers(here) | REASON)):
        with pytest.raises(Asked):
            client.post(address, data)
    assert statuses(here) == {Status.PENDING}


def test_what_was_written_for_a_rejection_outlives_an_idle_session() -> None:
    here = scene(2)
    client = signed_in(here.pso)
    client.get("/")
    end_of(here.pso)
    answer = client.post(REJECT, numbers(here) | REASON)
    assert "/accounts/login/" in answer["Location"]
    kept = KeptForm.objects.get(user=here.pso)
    assert kept.path == REJECT
    said = dict(kept_forms.pairs_of(kept))
    assert said == numbers(here) | REASON
    assert statuses(here) == {Status.PENDING}
    # Signed in again, they send it from the page of what is kept.
    again = signed_in(here.pso)
    assert "Reject several requests" in text_of(again, "/accounts/kept/")
    again.post(REJECT, said | {kept_forms.SENT_AGAIN: str(kept.pk)})
    assert statuses(here) == {Status.REJECTED}


def taken(client: Client, address: str, data: dict[str, Any] | None = None) -> tuple[int, int]:
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(address, data) if data else client.get(address)
    assert answer.status_code == (302 if data else 200)
    control = sum(each["sql"].startswith(CONTROL) for each in captured.captured_queries)
    return len(captured) - control, control


@pytest.mark.parametrize(("few", "many", "per_home"), [(5, 50, 50), (2, 12, 1)])
def test_the_same_number_of_statements_for_five_and_for_fifty(
    few: int, many: int, per_home: int
) -> None:
    """At one CCN, and at as many CCNs as requests."""

    def approved(number: int) -> tuple[int, int]:
        here = scene(number, homes=max(1, number // per_home))
        return taken(signed_in(here.pso), APPROVE, as_read(here.asked))

    taken_for_few, taken_for_many = approved(few), approved(many)
    assert taken_for_few == taken_for_many
    assert sum(taken_for_many) <= 12


def test_the_same_for_psos_for_rejections_and_for_looking() -> None:
    def psos(number: int) -> tuple[int, int]:
        here = scene(number, homes=2, code="pso")
        return taken(signed_in(here.pso), APPROVE, as_read(here.asked))

    def rejected(number: int) -> tuple[int, int]:
        here = scene(number, homes=2)
        return taken(signed_in(here.pso), REJECT, numbers(here) | REASON)

    def sent(number: int) -> tuple[int, int]:
        here = scene(number, homes=2)
        return taken(signed_in(here.pso), CHOOSE, ticked(here))

    def read(number: int) -> tuple[int, int]:
        here = scene(number, homes=2)
        client = signed_in(here.pso)
        address = client.post(CHOOSE, ticked(here))["Location"]
        return taken(client, address)

    # One more where PSOs are made: what waits at their CCNs is counted for them.
    for page, most in ((psos, 13), (rejected, 12), (sent, 8), (read, 8)):
        few, many = page(2), page(8)
        assert few == many
        assert sum(many) <= most
