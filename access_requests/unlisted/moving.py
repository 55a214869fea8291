"""What moves from a row that a roster brought to the provisional provider it becomes one with.

Only what is listed here moves. A person's case never does: requests and roles are of one provider
for good, and a report about a person is looked into where it was made.
"""

from __future__ import annotations

from access_requests.contacts import steps as contact_steps
from access_requests.groups.moving import move_lines
from access_requests.models import CampaignTarget, Contact, GroupLine, UnlistedProvider
from accounts.models import User
from providers.models import Enrollment, Provider

MOVE = frozenset({Enrollment, Contact, CampaignTarget, UnlistedProvider, GroupLine})


def move_all(source: Provider, target: Provider, *, by: User) -> dict[str, int]:
    """How many contacts and targets of campaigns came over. The caller holds both rows, and has
    asked that no case is left."""
    source.enrollments.update(provider=target)
    # A report that ended there: one with a request would have been a case.
    UnlistedProvider.objects.filter(provider=source).update(provider=target)
    move_lines(source, target)
    return {
        "contacts": contact_steps.move(source, target, by=by),
        "campaign_targets": _move_targets(source, target),
    }


def _move_targets(source: Provider, target: Provider) -> int:
    """A step that meant both had one provider twice: one target is left, with all letters."""
    theirs = {each.step_id: each for each in CampaignTarget.objects.filter(provider=target)}
    moved = 0
    for each in CampaignTarget.objects.filter(provider=source).order_by("pk"):
        kept = theirs.get(each.step_id)
        if kept is None:
            each.provider = target
            each.save(update_fields=["provider"])
        else:
            kept.letters.add(*each.letters.all())
            each.delete()
        moved += 1
    return moved
