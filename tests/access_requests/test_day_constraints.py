"""What the database refuses of what happens around a decision, each rule by its name."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models
from django.utils import timezone

from access_requests.models import (
    Absence,
    AccessRequest,
    CoverageNudge,
    EndWarning,
    GroupLine,
    Invitation,
    Nudge,
    Reminder,
    ReminderLetter,
    RequestGroup,
    RoleAssignment,
)
from tests import builders as make
from tests.access_requests import forging as forge
from tests.access_requests.forging import refused_by
from tests.invitations.builders import invite

pytestmark = pytest.mark.django_db

NOW, TODAY = timezone.now(), date(2026, 11, 23)
TABLES = (Absence, CoverageNudge, EndWarning, GroupLine, Invitation, Nudge, Reminder)
ENDED = {"ended_at": NOW, "ended_how": "withdrawn"}


def invitation(**fields: Any) -> Invitation:
    """An open one, by a PSO."""
    home = make.provider()
    letter = invite(make.pso(home), home)
    Invitation.objects.filter(pk=letter.invitations.get().pk).update(**fields)
    return letter.invitations.get()


def accepted_by_whom() -> Invitation:
    return invitation(ended_at=NOW, ended_how="accepted", accepted_by=make.person())


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("invitation_ended_how_iff_ended", {"ended_at": NOW}),
        ("invitation_ended_how_iff_ended", {"ended_how": "declined"}),
        ("invitation_ended_how_iff_ended", {"ended_at": NOW, "ended_how": "lost"}),
        ("invitation_accepted_by_somebody", {"ended_at": NOW, "ended_how": "accepted"}),
        ("invitation_is_for_one_thing", {"ends_on": TODAY}),
        ("invitation_is_for_one_thing", {"address": "other@sunrise-care.example"}),
        ("invitation_is_for_one_thing", {"address": ""}),
        ("invitation_is_for_one_thing", {"affiliation": "vendor"}),
        ("invitation_is_for_one_thing", {"invited_as": "requester"}),
    ],
)
def test_an_invitation_that_breaks_a_rule(rule: str, fields: dict[str, Any]) -> None:
    with refused_by(rule):
        invitation(**fields)


def copy_of(row: Invitation, **fields: Any) -> Invitation:
    plain = {
        each.attname: getattr(row, each.attname)
        for each in Invitation._meta.concrete_fields
        if not each.primary_key
    }
    return Invitation.objects.create(**(plain | fields))


def test_an_invitation_to_the_pso_role_and_a_second_one() -> None:
    row = invitation()
    for fields in ({"affiliation": "vendor"}, {"ends_on": TODAY}):
        with refused_by("invitation_pso_is_employed"):
            copy_of(row, role_id="pso", **fields)
    with refused_by("invitation_by_a_pso_or_to_become_pso"):
        copy_of(row, role_id="assessment_viewer", invited_as="requester")
    with refused_by("invitation_one_open"):
        copy_of(row, address=row.address.upper())


def test_an_ended_invitation_never_changes_and_none_is_deleted() -> None:
    ended = Invitation.objects.filter(pk=invitation(**ENDED).pk)
    with refused_by("invitation_ended_never_changes"):
        ended.update(accepted_elsewhere=True)
    with refused_by("invitation_ended_never_changes"):
        ended.update(ended_at=None, ended_how="")
    with refused_by("invitation_is_for_one_thing"):
        ended.update(address="other@sunrise-care.example")
    assert ended.update(address="") == 1
    with refused_by("invitation_is_for_one_thing"):
        ended.update(address="olga@sunrise-care.example")
    with refused_by("invitation_never_deleted"):
        ended._raw_delete("default")


def test_a_request_is_for_what_its_invitation_was_for() -> None:
    row = accepted_by_whom()
    fields = {
        "invitation": row,
        "requester": row.accepted_by,
        "provider": row.provider,
        "role_id": row.role_id,
    }
    others: list[dict[str, Any]] = [
        {"requester": make.person()},
        {"provider": make.provider()},
        {"role_id": "assessment_viewer"},
        {"affiliation": "vendor"},
    ]
    for other in others:
        with refused_by("access_request_matches_invitation"):
            forge.request(**(fields | other))
    filed = forge.request(**fields)
    with refused_by("access_request_invitation_stays"):
        AccessRequest.objects.filter(pk=filed.pk).update(invitation=None)


def test_a_pso_role_has_no_last_day() -> None:
    home = make.provider()
    held = RoleAssignment.objects.filter(user=make.pso(home))
    with refused_by("role_assignment_pso_has_no_end_date"):
        held.update(ends_on=TODAY)


def line(group: RequestGroup, **fields: Any) -> GroupLine:
    plain = {"position": 1, "typed": "015009", "role_id": "assessment_viewer"}
    return GroupLine.objects.create(group=group, **(plain | fields))


def test_the_lines_of_a_form_for_many_ccns() -> None:
    asked = forge.request()
    group = RequestGroup.objects.create(
        requester=asked.requester,
        form_key="7f4d6a52-0000-4000-8000-000000000001",
        affiliation="employed",
        job_title="Nurse",
        employer="Sunrise Care LLC",
        created_at=NOW,
    )
    here = {"provider": asked.provider}
    broken: list[dict[str, Any]] = [
        {"outcome": "filed"},
        {"outcome": "refused"},
        {"outcome": "waiting", "access_request": asked},
        {"outcome": "filed", "access_request": asked, "refusal": "No."},
    ]
    for fields in broken:
        with refused_by("group_line_outcome_matches"):
            line(group, **here, **fields)
    with refused_by("group_line_names_a_provider"):
        line(group)
    line(group, **here)
    with refused_by("group_line_position"):
        line(group, provider=make.provider())
    with refused_by("group_line_asks_once"):
        line(group, position=2, **here)


def written_once() -> list[tuple[str, models.Model, dict[str, Any]]]:
    """A row each of what is done once, and the rule that says so."""
    home = make.provider()
    pso = make.pso(home)
    asked = make.submit(make.person(), home)
    held = make.holder(home).role_assignments.get()
    rows: list[tuple[str, type[models.Model], dict[str, Any]]] = [
        (
            "reminder_once",
            Reminder,
            {"access_request": asked, "step": 2, "counted_from": NOW, "at": NOW},
        ),
        ("nudge_once_a_day", Nudge, {"access_request": asked, "day": TODAY, "at": NOW}),
        ("coverage_nudge_once_a_day", CoverageNudge, {"user": pso, "day": TODAY, "ccns": 1}),
        (
            "end_warning_once",
            EndWarning,
            {"assignment": held, "ends_on": TODAY, "days_before": 3, "at": NOW},
        ),
    ]
    return [(rule, model.objects.create(**fields), fields) for rule, model, fields in rows]


def test_what_was_done_once_is_not_done_again_and_never_changes() -> None:
    for rule, row, fields in written_once():
        model = type(row)
        with refused_by(rule):
            model._default_manager.create(**fields)
        never = f"{model._meta.db_table}_never_changes"
        with refused_by(never):
            model._default_manager.filter(pk=row.pk).update(**fields)
        with refused_by(never):
            model._default_manager.filter(pk=row.pk)._raw_delete("default")


def test_an_absence_ends_after_it_begins() -> None:
    with refused_by("absence_ends_after_it_begins"):
        Absence.objects.create(
            user=make.person(),
            first_day=TODAY,
            last_day=TODAY - timedelta(days=1),
            created_at=NOW,
        )


def test_every_rule_of_these_tables_is_tried_here() -> None:
    tables = [each._meta.db_table for each in (*TABLES, ReminderLetter)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid::regclass::text = ANY(%(tables)s)"
            " UNION SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " WHERE indrelid::regclass::text = ANY(%(tables)s) AND indisunique",
            {"tables": tables},
        )
        names = {name for (name,) in cursor.fetchall()}
    ours = {name for name in names if not re.match("access_requests_", name)}
    tried = Path(__file__).read_text()
    # Tried where two runs write letters at once (tests/waiting).
    ours.remove("reminder_letter_once_a_day")
    assert len(ours) > 10
    assert [name for name in sorted(ours) if f'"{name}"' not in tried] == []
