"""What agents write down about calls. Nobody changes a note: a trigger refuses it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import agent_steps, audit
from accounts.models import CaseNote, User

MOST_SHOWN = 25


def about(person: User) -> list[CaseNote]:
    """Newest first, one more than are shown."""
    notes = CaseNote.objects.filter(person=person).select_related("agent")
    return list(notes.order_by("-pk")[: MOST_SHOWN + 1])


@transaction.atomic
def write(
    *, person: User, by: User, ticket: str, text: str, request_id: int | None = None
) -> CaseNote:
    """Raises PermissionDenied. The trail says that there is a note; what it says stays here."""
    agent_steps.require_agent(by, person)
    note = CaseNote.objects.create(
        person=person,
        agent=by,
        ticket=ticket,
        text=text,
        request_id=request_id,
        written_at=timezone.now(),
    )
    details = {"ticket": ticket, "note": note.pk}
    audit.record("case_note_written", actor=by, person=person, details=details)
    return note
