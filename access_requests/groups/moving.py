"""Lines of forms at a row of the roster that becomes one with a provisional provider."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from access_requests.models import GroupLine
from providers.models import Provider

Outcome = GroupLine.Outcome


def move_lines(source: Provider, target: Provider) -> None:
    """A line that became a request is a case, and never comes here. Of a form that names both,
    one line for each role is left."""
    lines = GroupLine.objects.filter(provider=source)
    same = GroupLine.objects.filter(group=OuterRef("group"), role=OuterRef("role"), provider=target)
    twice = lines.filter(Exists(same))
    twice.filter(outcome=Outcome.WAITING).update(
        outcome=Outcome.REFUSED,
        refusal=_("This form names the same provider by another number, too."),
        provider=None,
    )
    twice.update(provider=None)
    lines.update(provider=target)
