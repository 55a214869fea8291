"""Whoever a page of CMS's names was looked at, and each of them has a line of their own."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from access_requests.audit_search import finding, views
from accounts.models import AuditEvent, User
from tests import builders as make

pytestmark = pytest.mark.django_db


def looked_at(ccn: str | None = None) -> list[int]:
    looks = AuditEvent.objects.filter(type="person_viewed")
    if ccn is not None:
        looks = looks.filter(ccn=ccn)
    return sorted(looks.exclude(person=None).values_list("person", flat=True))


def search(desk: Client, ccn: str) -> str:
    page = desk.get(desk.post("/audit/", {"ccn": ccn})["Location"])
    assert page.status_code == 200
    return str(page.context["export_url"])


def test_people_in_lines_that_a_search_by_ccn_finds(desk: Client, reviewer: User) -> None:
    home = make.provider()
    pso = make.pso(home)
    asked = make.submit(make.person(), home)
    search(desk, home.ccn)
    seen = looked_at()
    assert {pso.pk, asked.requester_id} <= set(seen)
    assert len(seen) == len(set(seen)), "once, however many lines name them"
    assert reviewer.pk not in seen


def test_an_export_names_each_once_and_makes_no_trail_as_long(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_NAMED_AT_ONCE", 2)
    home = make.provider()
    make.pso(home)
    asked = [make.submit(make.person(), home) for _ in range(3)]
    url = search(desk, home.ccn)
    known = set(AuditEvent.objects.values_list("pk", flat=True))
    exported: Any = desk.get(url)
    b"".join(exported.streaming_content)
    lines = AuditEvent.objects.exclude(pk__in=known).filter(type="person_viewed")
    people = [pk for each in lines for pk in each.details["people"]]
    assert {each.requester_id for each in asked} <= set(people)
    assert len(people) == len(set(people))
    assert all(each.details["list"] == "audit" for each in lines)
    assert 1 < lines.count() <= finding.MOST_EXPORTED / 2


def test_those_who_are_at_a_ccn_and_who_ask_there(desk: Client) -> None:
    home = make.provider()
    pso = make.pso(home)
    asked = make.submit(make.person(), home)
    assert desk.get(f"/orphans/ccns/{home.ccn}/").status_code == 200
    assert looked_at(home.ccn) == sorted([pso.pk, asked.requester_id])
