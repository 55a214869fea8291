"""How far a step has come, letter by letter: one query."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from access_requests.models import CampaignLetter, CampaignStep
from accounts.models import OutgoingEmail

Letter = CampaignLetter.State
Email = OutgoingEmail.State


@dataclass(frozen=True)
class Progress:
    """Letters. Each is in exactly one of these."""

    listed: int = 0
    waiting: int = 0
    sent: int = 0
    bounced: int = 0
    failed: int = 0
    ready: int = 0
    undeliverable: int = 0
    removed: int = 0

    @property
    def total(self) -> int:
        return self.listed + self.waiting + self.settled

    @property
    def left(self) -> int:
        return self.sent + self.bounced

    @property
    def settled(self) -> int:
        return self.left + self.failed + self.dropped

    @property
    def dropped(self) -> int:
        return self.ready + self.undeliverable + self.removed

    @property
    def percent(self) -> int:
        return 100 * self.settled // self.total if self.total else 100


def of_step(step: CampaignStep) -> Progress:
    return of_steps([step])[step.pk]


def of_steps(steps: list[CampaignStep]) -> dict[int, Progress]:
    counted = (
        CampaignLetter.objects.filter(step__in=[step.pk for step in steps])
        .order_by()
        .values_list("step", "state", "email__state")
        .annotate(number=Count("pk"))
    )
    numbers: dict[int, dict[str, int]] = {step.pk: {} for step in steps}
    for step_id, state, email_state, number in counted:
        name = _name(state, email_state)
        numbers[step_id][name] = numbers[step_id].get(name, 0) + number
    return {step_id: Progress(**each) for step_id, each in numbers.items()}


def _name(state: str, email_state: str | None) -> str:
    if state != Letter.HANDED_OVER:
        return state
    # Dropped emails have letters that say why; nothing else drops one.
    return {Email.SENT: "sent", Email.BOUNCED: "bounced", Email.FAILED: "failed"}.get(
        Email(email_state or Email.WAITING), "waiting"
    )
