"""When a case is clean, so that it may be approved together with others.

The definition in words is in docs/first-pso-checklist.md. That a reviewer has confirmed the
employment and that somebody was reached by a second path is part of it: the machine leaves these
two checks open.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.desk.checklist import Checklist
from access_requests.models import Status


def why_not_clean(checklist: Checklist) -> list[str]:
    """Sentences for whoever would have approved it; empty when it is clean."""
    facts, request = checklist.facts, checklist.facts.request
    reasons = [
        _("%(check)s: %(state)s.") % {"check": item.check.title, "state": item.state_label.lower()}
        for item in checklist.not_holding
    ]
    if facts.rivals:
        said = ngettext(
            "%(n)d other person asks to be PSO here.",
            "%(n)d other people ask to be PSO here.",
            facts.rivals,
        )
        reasons.append(said % {"n": facts.rivals})
    if request.status != Status.PENDING:
        reasons.append(_("The request is not pending."))
    if not request.requester.is_active or request.requester.is_cms:
        reasons.append(_("The account cannot hold a role."))
    return reasons


def is_clean(checklist: Checklist) -> bool:
    return not why_not_clean(checklist)
