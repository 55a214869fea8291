"""Whoever accepted comes back to the link: it says what came of it, and who has it now."""

from __future__ import annotations

import re

import pytest

from access_requests import workflow
from access_requests.invitations import accepting
from access_requests.models import AccessRequest
from tests import builders as make
from tests.invitations.builders import ADDRESS, SAID, invite, link_of
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db


def test_the_page_is_about_the_requests_and_who_has_them() -> None:
    pso, reviewer, olga = make.person(), make.reviewer(), make.person(email=ADDRESS)
    homes = sorted((make.provider() for _ in range(3)), key=lambda each: each.ccn)
    for each in homes:
        make.pso(each, pso, by=reviewer)
    letter = invite(pso, *homes)
    accepting.accept(letter, letter.invitations.values_list("pk", flat=True), SAID, by=olga)
    asked = [AccessRequest.objects.get(requester=olga, provider=each) for each in homes]
    workflow.approve(asked[0].pk, by=pso)
    workflow.return_for_information(asked[1].pk, by=pso, question="Which unit?")
    page = browser_of(olga).get(link_of(letter))
    title = re.search(r"<title>(.*?)</title>", page.content.decode(), re.DOTALL)
    assert title is not None
    assert "Your requests" in title[1]
    assert "has ended" not in title[1]
    said = words(page)
    for number, now in enumerate(
        (
            "Approved",
            "Who has it now: You: answer the question",
            "Who has it now: The PSO of this CCN",
        )
    ):
        one = asked[number]
        name = one.provider.display_name
        assert f"Request {one.pk}: {name} (CCN {one.provider.ccn}) {now}" in said
    # To anybody else it has been used, and names no request.
    other = browser_of(make.person()).get(link_of(letter))
    assert "<title>" in other.content.decode()
    assert "Who has it now" not in words(other)
