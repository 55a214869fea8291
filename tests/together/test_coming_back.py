"""The page for deciding is one to come back to, and says what became of all that was selected."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from access_requests import workflow
from access_requests.models import Status
from tests import builders as make
from tests.together.scene import Scene, fresh, scene, signed_in
from tests.together.test_pages import APPROVE, CHOOSE, REASON, REJECT, text_of, ticked

pytestmark = pytest.mark.django_db


def address_of(client: Client, data: dict[str, Any]) -> str:
    return str(client.post(CHOOSE, data)["Location"])


def fields_of(page: str) -> dict[str, str]:
    """What the form sends besides its buttons."""
    hidden = dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', page))
    return {name: said for name, said in hidden.items() if name != "csrfmiddlewaretoken"}


def approving(page: str) -> dict[str, str]:
    [button] = re.findall(r'name="approve" value="([^"]+)"', page)
    return fields_of(page) | {"approve": button}


def test_read_again_at_its_own_address_and_by_nobody_else() -> None:
    here = scene(2)
    client = signed_in(here.pso)
    seen = {f"seen-{each.pk}": make.as_read(each)["seen"] for each in here.asked}
    address = address_of(client, ticked(here) | seen | {"back": "role=pso"})
    assert re.fullmatch(r"/queue/together/\?n=\w{8}&back=role%3Dpso", address)
    requester = here.asked[0].requester
    requester.full_name = "Somebody Else"
    requester.save()
    for _ in range(2):
        page = text_of(client, address)
        assert "You selected 2 requests." in page
        assert page.count("Changed since you read the queue") == 1
        assert 'href="/queue/?role=pso"' in page
    # Another session of the same person, another person, a word that is none.
    assert signed_in(here.pso).get(address)["Location"] == "/queue/?role=pso"
    assert signed_in(here.fellow).get(address)["Location"] == "/queue/?role=pso"
    assert signed_in(make.person()).get(address).status_code == 404
    said = client.get(f"{CHOOSE}?n=none", follow=True).content.decode()
    assert "These requests are no longer selected." in said


def test_left_out_at_the_same_address_and_what_was_read_stays_known() -> None:
    here = scene(3)
    client = signed_in(here.pso)
    read = {f"seen-{each.pk}": "otherwise" * 1000 for each in here.asked}
    address = address_of(client, ticked(here) | read)
    typed = fields_of(text_of(client, address)) | REASON | {"leave": str(here.ids[1])}
    assert address_of(client, typed) == address
    assert len(json.dumps(dict(client.session)["deciding"])) < 1000
    page = text_of(client, address)
    assert "You selected 2 requests." in page
    assert "Nobody here knows them." in page
    assert page.count("Changed since you read the queue") == 2
    # The reason is missing: the answer is the page as it was.
    faulty = fields_of(page) | REASON | {"reject-reason": ""}
    answer = client.post(REJECT, faulty)
    assert answer.status_code == 422
    assert answer.content.decode().count("Changed since you read the queue") == 2


def test_few_choices_are_kept_and_none_that_was_decided() -> None:
    here = scene(1)
    client = signed_in(here.pso)
    addresses = [address_of(client, ticked(here)) for _ in range(4)]
    assert [client.get(each).status_code for each in addresses] == [302, 200, 200, 200]
    client.post(APPROVE, approving(text_of(client, addresses[3])))
    assert [client.get(each).status_code for each in addresses] == [302, 200, 200, 302]
    assert len(client.session["deciding"]) == 2


def one_decided_meanwhile() -> tuple[Scene, Client, str]:
    here = scene(3)
    client = signed_in(here.pso)
    address = address_of(client, ticked(here))
    workflow.approve(here.ids[0], by=here.fellow)
    return here, client, text_of(client, address)


def test_what_was_decided_meanwhile_stands_above_and_in_the_result() -> None:
    here, client, page = one_decided_meanwhile()
    said = page.index("1 of the 3 you selected was decided meanwhile")
    assert said < page.index(f"already decided by {here.fellow}: Approved.")
    assert said < page.index("2 of the 3 you selected are left to decide.")
    # It is not forgotten when another one is left out.
    left_out = fields_of(page) | {"leave": str(here.ids[1])}
    page = text_of(client, address_of(client, left_out))
    assert "1 of the 2 you selected was decided meanwhile" in page
    result = text_of(client, client.post(APPROVE, approving(page))["Location"])
    assert "1 of 2 approved now." in result
    assert "One could not be decided" in result
    assert f"already decided by {here.fellow}: Approved." in result
    assert [each.status for each in fresh(here.asked)] == ["approved", "pending", "approved"]


def test_what_one_has_approved_oneself_meanwhile_is_as_it_was_wanted() -> None:
    here = scene(3)
    client = signed_in(here.pso)
    address = address_of(client, ticked(here))
    workflow.approve(here.ids[0], by=here.pso)
    approve = approving(text_of(client, address))
    result = text_of(client, client.post(APPROVE, approve)["Location"])
    assert "2 of 3 approved now. 1 was already approved by you." in result
    assert "could not be decided" not in result


def test_what_comes_back_after_the_page_was_read_is_not_decided_unread() -> None:
    here = scene(2)
    client = signed_in(here.pso)
    workflow.return_for_information(here.ids[0], by=here.fellow, question="Which unit?")
    page = text_of(client, address_of(client, ticked(here)))
    assert "1 of the 2 you selected can no longer be decided by you" in page
    workflow.answer(here.ids[0], by=here.asked[0].requester, text="The north one.")
    rejected = client.post(REJECT, fields_of(page) | REASON)
    result = text_of(client, rejected["Location"])
    assert "1 of 2 rejected now." in result
    assert "It can be decided again: you find it in the queue." in result
    assert [each.status for each in fresh(here.asked)] == [Status.PENDING, Status.REJECTED]
