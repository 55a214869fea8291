"""Every step of the workflow, ready to be taken at one CCN."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from access_requests import workflow
from access_requests.models import RejectionReason, RoleAssignment
from providers.models import Provider
from tests import builders as make

Step = Callable[[], Any]


def steps_at(home: Provider) -> dict[str, Step]:
    """Every step, on working roles of employed people: no trigger locks the provider for them."""
    pso = make.pso(home)
    asked = make.submit(make.person(), home)
    returned = make.submit(make.person(), home)
    workflow.return_for_information(returned.pk, by=pso, question="Which unit?")
    holder = make.holder(home)
    role = RoleAssignment.objects.get(user=holder)
    return {
        "submit": partial(make.submit, make.person(), home),
        "withdraw": partial(workflow.withdraw, asked.pk, by=asked.requester),
        "answer": partial(workflow.answer, returned.pk, by=returned.requester, text="North."),
        "approve": partial(workflow.approve, asked.pk, by=pso),
        "reject": partial(
            workflow.reject, asked.pk, by=pso, reason=RejectionReason.OTHER, explanation="No."
        ),
        "return": partial(workflow.return_for_information, asked.pk, by=pso, question="Why?"),
        "take_back": partial(workflow.take_back, returned.pk, by=pso),
        "give_up": partial(workflow.give_up, role.pk, by=holder),
        "revoke": partial(workflow.revoke, role.pk, by=pso, reason="Left."),
        "close": partial(workflow.close_at_closed_provider, home.pk),
    }
