"""The checks behind a first PSO: their words and how the machine judges each. Nowhere else.

What the machine finds, a reviewer may answer otherwise, with a note; what it leaves open, a
reviewer answers. Some checks are settled elsewhere: by the roster, by a recorded call, by a
report's outcome.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access_requests.desk import judging
from access_requests.desk.facts import Facts
from access_requests.desk.judging import Finding

Words = str | Promise

_CONFIRMED = _("Confirmed by %(by)s.")


@dataclass(frozen=True)
class Check:
    """`questions` are ready-made ones for the requester when it does not pass."""

    code: str
    title: Words
    judge: Callable[[Facts], Finding]
    questions: tuple[Words, ...] = ()
    # Whether a reviewer answers it on the case's page.
    is_answered: bool = True
    # What "Passes" says where the machine leaves it open, and whether it then needs a reason.
    accepted: Words = _CONFIRMED
    needs_reason: bool = False

    def finding(self, facts: Facts) -> Finding:
        return self.judge(facts)

    def outdates(self, answered_at: datetime, finding: Finding) -> bool:
        """Whether something has turned up since a reviewer answered."""
        return finding.since is not None and finding.since > answered_at


CHECKS: tuple[Check, ...] = (
    Check(
        "ccn",
        _("The CCN is real and open"),
        judging.ccn,
        (
            _("CMS’s list shows this CCN as closed. Which CCN does your provider bill under now?"),
            _("Is this the right CCN? Please check it on a recent letter from CMS and answer."),
        ),
        is_answered=False,
    ),
    Check("no_pso", _("The CCN has no active PSO"), judging.no_pso, is_answered=False),
    Check(
        "employment",
        _("Employed as stated"),
        judging.employment,
        (
            _(
                "Which organization employs you, and how is it connected with the provider: does "
                "it own it, operate it, or belong to the same chain?"
            ),
            _("What is your position at the provider, and since when do you work there?"),
            _(
                "The administrator did not know you as an employee. Who at the provider can "
                "confirm your employment, and how do we reach them?"
            ),
        ),
    ),
    Check(
        "email",
        _("The email address fits the organization"),
        judging.email,
        (
            _(
                "Please change the address of your account to the one your organization gave "
                "you, then answer here."
            ),
            _("Whose is the domain of your email address, and how is it connected with the CCN?"),
            _(
                "You use a personal email address. How many providers does your organization "
                "run, and does it have an email domain of its own?"
            ),
        ),
    ),
    Check(
        "not_vendor",
        _("Not a vendor here"),
        judging.not_vendor,
        (
            _(
                "Others who use your email domain work for a vendor. Are you employed by the "
                "provider itself, or by a company that has a contract with it?"
            ),
        ),
    ),
    Check(
        "second_path",
        _("The administrator was reached by a second path"),
        judging.second_path,
        (
            _(
                "We could not reach the administrator you named. Who is the administrator now, "
                "and at which hours does somebody answer the provider’s main phone?"
            ),
            _(
                "The provider’s phone number on CMS’s list does not work. What is its main "
                "number, and where is it published?"
            ),
        ),
        is_answered=False,
    ),
    Check(
        "identity",
        _("Identity"),
        judging.identity,
        (
            _(
                "Please complete identity proofing in HARP, connect your HARP account here, and "
                "answer when it is done."
            ),
        ),
        accepted=_("Accepted without proofing by %(by)s."),
        needs_reason=True,
    ),
    Check(
        "not_refused",
        _("Not refused before"),
        judging.not_refused,
        (_("An earlier request of yours was rejected. What has changed since then?"),),
    ),
    Check(
        "one_account",
        _("Not the same person under another account"),
        judging.one_account,
        (
            _(
                "Do you have another account in this portal? If so, which of the two do you "
                "want to use?"
            ),
        ),
    ),
    Check(
        "not_reported",
        _("Nobody reported that the person does not work there"),
        judging.not_reported,
        (
            _(
                "Somebody told us that you do not work at this provider. Who there can confirm "
                "that you do, and how do we reach them?"
            ),
        ),
        is_answered=False,
    ),
)
BY_CODE = {check.code: check for check in CHECKS}
