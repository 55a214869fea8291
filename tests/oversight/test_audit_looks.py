"""A person's or a CCN's lines are shown without who looked at them, until somebody wants those."""

from __future__ import annotations

import pytest
from django.test import Client

from access_requests.audit_search import finding
from accounts import audit
from accounts.models import User
from tests import builders as make
from tests.pages.browsing import words

pytestmark = pytest.mark.django_db


def test_looks_are_left_out_and_can_be_had(
    desk: Client, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    erin = make.person("efrost31", full_name="Erin Frost")
    for _ in range(3):
        audit.record("person_viewed", actor=reviewer, person=erin, ccn="015009")
    audit.record("signed_in", actor=erin, ccn="015009")
    for said in ({"who": "efrost31"}, {"ccn": "015009"}):
        page = desk.get(desk.post("/audit/", said)["Location"])
        assert {each.event.type for each in page.context["events"]} == {"signed_in"}
        assert "Who looked at what is left out." in words(page)
        assert "1 line." in words(page)
        whole = desk.get(page.context["with_looks_url"])
        assert "person_viewed" in {each.event.type for each in whole.context["events"]}
        assert "left out" not in words(whole)
    assert "Lines found: CCN 015009" in words(whole)
    newest = desk.get(desk.post("/audit/", {})["Location"])
    assert "audit_searched" in {each.event.type for each in newest.context["events"]}
    assert "The newest lines" in words(newest)
    monkeypatch.setattr(finding, "MOST_COUNTED", 3)
    both = {"who": "efrost31", "ccn": "015009", "action": "with-looks", "since": "2020-01-31"}
    page = desk.get(desk.post("/audit/", both)["Location"])
    assert "Lines about Erin Frost, efrost31; CCN 015009; from January 31, 2020" in words(page)
    assert "More than 3 lines." in words(page)
