"""Roles as rows: what is switched off takes nothing from whoever holds the role."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from access_requests import workflow
from access_requests.models import Role
from access_requests.programs import changes, steps
from access_requests.statement import NotEligible
from accounts.models import AuditEvent, User
from tests import builders as make
from tests.pages.browsing import field_error, value_of, words

pytestmark = pytest.mark.django_db

NEW = {
    "code": "epoc_administrator",
    "name": "ePOC Administrator",
    "description": "Keeps plans of correction.",
    "is_offered": "on",
    "position": "60",
}


def typed(code: str, **said: Any) -> dict[str, Any]:
    role = Role.objects.get(code=code)
    values = changes.values_of(role)
    sent = {name: "on" if value is True else value for name, value in values.items() if value}
    sent |= {"seen": changes.seen(role)} | said
    return {name: value for name, value in sent.items() if value is not None}


def test_a_role_is_added_and_can_be_asked_for(desk: Client, reviewer: User) -> None:
    done = desk.post("/programs/roles/new/", NEW, follow=True)
    assert "ePOC Administrator is a role now." in words(done)
    line = AuditEvent.objects.get(type="role_kind_changed")
    assert line.actor == reviewer
    assert line.details["role"] == "epoc_administrator"
    assert line.details["after"]["open_to_vendors"] is False
    home = make.provider()
    make.pso(home)
    make.holder(home, code="epoc_administrator")


@pytest.mark.parametrize(
    ("said", "field", "error"),
    [
        ({"code": "pso"}, "code", "There is a role with this code."),
        ({"code": "Epoc"}, "code", "Use small letters"),
        ({"code": "epoc-admin"}, "code", "Use small letters"),
        ({"code": "ä b"}, "code", "valid"),
        ({"code": ""}, "code", "Give the role a code"),
        ({"name": "assessment viewer"}, "name", "Another role has this name."),
        ({"position": "-1"}, "position", "greater than or equal to 0"),
        ({"position": "99999"}, "position", "less than or equal to 32767"),
    ],
)
def test_a_bad_one_is_told_beside_the_field(
    desk: Client, said: dict[str, str], field: str, error: str
) -> None:
    response = desk.post("/programs/roles/new/", NEW | said)
    assert response.status_code == 422
    assert error in field_error(response, field)


@pytest.mark.parametrize(
    ("said", "field", "error"),
    [
        ({"name": "Boss"}, "name", "it stays “Provider Security Official”"),
        ({"open_to_vendors": "on"}, "open_to_vendors", "never a vendor"),
        ({"is_offered": None}, "is_offered", "always offered"),
    ],
)
def test_the_pso_role_stays_what_the_rules_rest_on(
    desk: Client, said: dict[str, Any], field: str, error: str
) -> None:
    response = desk.post("/programs/roles/pso/", typed("pso", **said) | {"save": "yes"})
    assert response.status_code == 422
    assert error in field_error(response, field)
    assert not AuditEvent.objects.filter(type="role_kind_changed").exists()


def test_vendors_are_counted_before_they_lose_it_and_keep_what_they_hold(desk: Client) -> None:
    home = make.provider()
    pso = make.pso(home)
    held = make.submit(make.person(), home, "assessment_submitter", make.VENDOR)
    workflow.approve(held.pk, by=pso)
    asked = make.submit(make.person(), home, "assessment_submitter", make.VENDOR)
    employed = make.submit(make.person(), home, "assessment_submitter")
    sent = typed("assessment_submitter", open_to_vendors=None)
    page = words(desk.post("/programs/roles/assessment_submitter/", sent))
    assert "Held now: 1. Open requests for it: 2." in page
    assert "Open requests of vendors that could no longer be approved: 1." in page
    assert "Vendors who hold it, and keep it: 1." in page
    assert Role.objects.get(code="assessment_submitter").open_to_vendors

    desk.post("/programs/roles/assessment_submitter/", sent | {"save": "yes"})
    with pytest.raises(NotEligible, match="Vendors cannot hold this role"):
        workflow.approve(asked.pk, by=pso)
    workflow.approve(employed.pk, by=pso)
    held.refresh_from_db()
    assert held.role_assignment.status == "active"
    line = AuditEvent.objects.get(type="role_kind_changed")
    assert (line.details["before"], line.details["after"]) == (
        {"open_to_vendors": True},
        {"open_to_vendors": False},
    )


def test_what_is_no_longer_offered_is_still_decided(desk: Client) -> None:
    home = make.provider()
    pso = make.pso(home)
    asked = make.submit(make.person(), home)
    sent = typed("assessment_viewer", is_offered=None)
    page = words(desk.post("/programs/roles/assessment_viewer/", sent))
    assert "Open requests for it, which can still be approved: 1." in page
    desk.post("/programs/roles/assessment_viewer/", sent | {"save": "yes"})
    workflow.approve(asked.pk, by=pso)
    assert "Not offered" in words(desk.get("/programs/"))


def test_somebody_elses_change_meanwhile_is_not_overwritten(desk: Client, reviewer: User) -> None:
    mine = typed("assessment_viewer", name="Viewer")
    steps.change_role("assessment_viewer", by=reviewer, values={"position": 45}, seen=mine["seen"])
    response = desk.post("/programs/roles/assessment_viewer/", mine | {"save": "yes"})
    assert response.status_code == 409
    assert "Position in lists: was 40, is now 45" in words(response)
    assert (value_of(response, "name"), value_of(response, "position")) == ("Viewer", "45")
    assert Role.objects.get(code="assessment_viewer").name == "Assessment Viewer"
