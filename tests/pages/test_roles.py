"""Giving a role up and revoking it: the warning before, the words after."""

from __future__ import annotations

from typing import Any

import pytest

from access_requests.models import AssignmentStatus, RoleAssignment
from accounts.models import Notice, User
from tests import builders
from tests.pages.browsing import browser_of, field_error, value_of, words

pytestmark = pytest.mark.django_db

LAST = "This is the last PSO of this CCN"


def give_up_url(user: User) -> str:
    return f"/roles/{user.role_assignments.get().pk}/give-up/"


def revoke_url(user: User) -> str:
    return f"/roles/{user.role_assignments.get().pk}/revoke/"


def is_active(user: User) -> bool:
    return RoleAssignment.objects.active().filter(user=user).exists()


def post(user: User, url: str, **body: str) -> Any:
    return browser_of(user).post(url, body)


def test_the_last_pso_is_warned_what_it_means() -> None:
    here = builders.provider()
    pso = builders.pso(here)
    builders.submit(builders.person(), here)
    builders.submit(builders.person(), here, "pso")
    page = words(browser_of(pso).get(give_up_url(pso)))
    assert LAST in page
    assert "PSO requests go back to CMS." in page
    assert "2 open requests are affected" in page
    assert is_active(pso), "looking ends nothing"


def test_nobody_else_is_warned() -> None:
    here = builders.provider()
    pso, holder = builders.pso(here), builders.holder(here)
    assert LAST not in words(browser_of(holder).get(give_up_url(holder)))
    builders.pso(here)
    assert LAST not in words(browser_of(pso).get(give_up_url(pso)))


def test_giving_up_ends_the_role_and_says_so() -> None:
    here = builders.provider()
    pso = builders.pso(here)
    response = post(pso, give_up_url(pso))
    assert response["Location"] == here.get_absolute_url()
    assert not is_active(pso)
    again = post(pso, give_up_url(pso))
    assert again.status_code == 409
    assert "This role has already ended." in words(again)


def test_a_pso_revokes_with_a_reason_that_the_holder_reads() -> None:
    here = builders.provider()
    pso, holder = builders.pso(here), builders.holder(here)
    response = post(pso, revoke_url(holder), reason="Left us in May.")
    assert response["Location"] == here.get_absolute_url()
    assert not is_active(holder)
    told = Notice.objects.filter(recipient=holder).latest("pk")
    assert "Left us in May." in told.body


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "\x00"])
def test_a_revocation_needs_a_reason(reason: str) -> None:
    here = builders.provider()
    pso, holder = builders.pso(here), builders.holder(here)
    response = post(pso, revoke_url(holder), reason=reason)
    assert response.status_code == 422
    assert field_error(response, "reason")
    if "\x00" not in reason:
        assert value_of(response, "reason") == reason.strip()
    assert is_active(holder)


def test_an_empty_post_is_answered_like_an_empty_reason() -> None:
    here = builders.provider()
    pso, holder = builders.pso(here), builders.holder(here)
    response = post(pso, revoke_url(holder))
    assert response.status_code == 422
    assert field_error(response, "reason")


def test_cms_revokes_a_pso_and_is_warned_when_it_is_the_last() -> None:
    here, reviewer = builders.provider(), builders.reviewer()
    pso = builders.pso(here, by=reviewer)
    assert LAST in words(browser_of(reviewer).get(revoke_url(pso)))
    response = post(reviewer, revoke_url(pso), reason="Calls and letters went unanswered.")
    assert response.status_code == 302
    assert not is_active(pso)


def test_one_does_not_revoke_oneself_nor_give_up_for_another() -> None:
    here = builders.provider()
    pso, holder = builders.pso(here), builders.holder(here)
    own = post(pso, revoke_url(pso), reason="x")
    assert own.status_code == 409
    assert "give it up instead" in words(own)
    other = post(pso, give_up_url(holder))
    assert other.status_code == 409
    assert "Only the person who holds the role" in words(other)
    assert is_active(pso)
    assert is_active(holder)


def test_an_agent_looks_and_ends_nothing() -> None:
    here, agent = builders.provider(), builders.agent()
    pso = builders.pso(here)
    response = post(agent, revoke_url(pso), reason="x")
    assert response.status_code == 409
    assert is_active(pso)


def test_a_pso_elsewhere_finds_nothing_to_revoke() -> None:
    here, elsewhere = builders.provider(), builders.provider()
    pso, other = builders.pso(here), builders.pso(elsewhere)
    assert post(other, revoke_url(pso), reason="x").status_code == 404
    assert is_active(pso)


def test_a_former_pso_finds_nothing_to_revoke() -> None:
    here = builders.provider()
    pso, former, holder = builders.pso(here), builders.pso(here), builders.holder(here)
    post(former, give_up_url(former))
    assert post(former, revoke_url(holder), reason="x").status_code == 404
    assert {pso.role_assignments.get().status} == {AssignmentStatus.ACTIVE}
