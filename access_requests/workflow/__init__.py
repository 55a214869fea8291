"""The only place that changes requests and role assignments.

Each step is one transaction: lock the provider, lock the request, ask the policy once, write the
rows, write the audit line, store the notice and its email. Email leaves after the commit.
"""

from access_requests.workflow.asking import answer, submit, withdraw
from access_requests.workflow.deciding import approve, reject, return_for_information, take_back
from access_requests.workflow.end_dates import end_past_last_days, set_end_date
from access_requests.workflow.ending import (
    close_at_closed_provider,
    close_unanswered,
    give_up,
    revoke,
    revoke_unreachable,
)
from access_requests.workflow.together import (
    approve_many,
    reject_many,
    revoke_many,
    withdraw_many,
)

__all__ = [
    "answer",
    "approve",
    "approve_many",
    "close_at_closed_provider",
    "close_unanswered",
    "end_past_last_days",
    "give_up",
    "reject",
    "reject_many",
    "return_for_information",
    "revoke",
    "revoke_many",
    "revoke_unreachable",
    "set_end_date",
    "submit",
    "take_back",
    "withdraw",
    "withdraw_many",
]
