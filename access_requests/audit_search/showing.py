"""One line of the trail as it is read: what was done, and its details in words."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access_requests.audit_search import words
from access_requests.models import (
    AssignmentStatus,
    Authority,
    ClosedReason,
    EndedHow,
    RejectionReason,
    Role,
    Status,
)
from access_requests.programs.changes import LABELS, in_words
from accounts import audit
from accounts.audit_seals import signature
from accounts.models import AuditEvent, AuditSeal

_LABELS = {
    **LABELS,
    "after": gettext_lazy("After"),
    "answer": gettext_lazy("Answer"),
    "attempt": gettext_lazy("Attempt no."),
    "attempts": gettext_lazy("Attempts"),
    "authority": gettext_lazy("Decided in the name of"),
    "before": gettext_lazy("Before"),
    "by": gettext_lazy("By"),
    "campaign": gettext_lazy("Campaign no."),
    "ccn": gettext_lazy("CCN"),
    "ccns": gettext_lazy("CCNs"),
    "check": gettext_lazy("Check"),
    "checks_failing": gettext_lazy("Checks that failed"),
    "checks_open": gettext_lazy("Checks still to do"),
    "clean": gettext_lazy("A clean case"),
    "contact": gettext_lazy("Contact no."),
    "contacts": gettext_lazy("Contacts shown"),
    "device": gettext_lazy("Device"),
    "email": gettext_lazy("Email then"),
    "filters": gettext_lazy("Searched by"),
    "found": gettext_lazy("Found"),
    "how": gettext_lazy("How"),
    "kind": gettext_lazy("Kind"),
    "layout": gettext_lazy("Layout"),
    "letter": gettext_lazy("Letter no."),
    "letters": gettext_lazy("Letters"),
    "list": gettext_lazy("List"),
    "message_digest": gettext_lazy("Digest of the message"),
    "new": gettext_lazy("New"),
    "note": gettext_lazy("Note"),
    "number": gettext_lazy("How many"),
    "on_list": gettext_lazy("Seen on a list"),
    "outcome": gettext_lazy("Outcome"),
    "people": gettext_lazy("People shown, by number"),
    "program": gettext_lazy("Program"),
    "providers": gettext_lazy("Providers"),
    "provisional_id": gettext_lazy("Provisional identifier"),
    "reason": gettext_lazy("Reason"),
    "report": gettext_lazy("Report no."),
    "role": gettext_lazy("Role"),
    "rows": gettext_lazy("Rows"),
    "state": gettext_lazy("State"),
    "step": gettext_lazy("Step"),
    "ticket": gettext_lazy("Ticket"),
    "to": gettext_lazy("Handed to"),
    "told": gettext_lazy("How many were told"),
    "upload": gettext_lazy("Upload no."),
    "user_id_at_harp": gettext_lazy("User ID at HARP"),
    "with_others": gettext_lazy("Decided with others at once"),
}
# What codes in details stand for, by the detail's name.
_CODES: dict[str, dict[str, Any]] = {
    "authority": dict(Authority.choices),
    "to": dict(Authority.choices),
    "reason": {**dict(RejectionReason.choices), **dict(ClosedReason.choices)},
    "how": dict(EndedHow.choices),
    "filters": {
        "who": gettext_lazy("words for a person"),
        "person": gettext_lazy("person"),
        "part": gettext_lazy("the person’s part"),
        "ccns": gettext_lazy("CCN"),
        "request": gettext_lazy("request number"),
        "action": gettext_lazy("what was done"),
        "since": gettext_lazy("first day"),
        "until": gettext_lazy("last day"),
        "by": gettext_lazy("done by"),
    },
    "status": {**dict(Status.choices), **dict(AssignmentStatus.choices)},
}


@dataclass(frozen=True)
class Changed:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Shown:
    """`is_genuine`: the line is signed as it was written."""

    event: AuditEvent
    heading: str
    facts: list[tuple[str, str]]
    changes: list[Changed]
    is_genuine: bool

    @property
    def is_about_something(self) -> bool:
        event = self.event
        return bool(event.person_id or event.ccn or event.request_id or event.file_name)

    @property
    def has_details(self) -> bool:
        return bool(self.facts or self.changes)


@dataclass(frozen=True)
class Sealed:
    seal: AuditSeal
    is_genuine: bool


def shown(events: Iterable[AuditEvent]) -> list[Shown]:
    """One query, for the names of roles."""
    roles = dict(Role.objects.values_list("code", "name"))
    return [_shown(event, roles) for event in events]


def _shown(event: AuditEvent, roles: dict[str, str]) -> Shown:
    details = dict(event.details)
    changes = _changes(details)
    facts = [(_label(name), _value(name, value, roles)) for name, value in details.items()]
    genuine = hmac.compare_digest(audit.signature(event), event.signature)
    told = [(label, value) for label, value in facts if value]
    return Shown(event, words.of(event.type), told, changes, genuine)


def _changes(details: dict[str, Any]) -> list[Changed]:
    """Taken out of the details where they come as two tables of the same fields."""
    before, after = details.get("before"), details.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    del details["before"], details["after"]
    return [
        Changed(_label(name), in_words(name, before.get(name)), in_words(name, after.get(name)))
        for name in {**before, **after}
    ]


def _label(name: str) -> str:
    return str(_LABELS.get(name) or name.replace("_", " ").capitalize())


def _value(name: str, value: Any, roles: dict[str, str]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_value(name, each, roles) for each in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if name == "role" and value in roles:
        return roles[value]
    if value is None or value == "":
        return ""
    return str(_CODES.get(name, {}).get(value, value))


def newest_seal() -> Sealed | None:
    """How far the trail is sealed. Its own signature is checked; the rest is verify_audit's."""
    seal = AuditSeal.objects.order_by("-number").first()
    if seal is None:
        return None
    return Sealed(seal, hmac.compare_digest(signature(seal), seal.signature))
