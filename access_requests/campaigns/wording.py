"""The messages a step can begin with. Each is CMS's to edit before it is sent.

The first says what the notice that founded the portal says, in words of our own: what a PSO is,
that CMS approves a CCN's first, what to do by when, who may be one, and that two are better.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Wording:
    label: Text
    # Of whom it is true: CCNs with so many PSOs.
    level: int
    subject: Text
    body: Text


_FIRST = _(
    """There is no Provider Security Official (PSO) in iQIES yet for:

{{ providers }}

Please name one now. The PSO approves or rejects everyone who asks for access to iQIES at your \
provider, vendors included. Nobody gets access without an approval, so without a PSO nobody at \
your provider can work in iQIES. CMS approves the first PSO of each CCN. From then on your PSOs \
decide.

The dates, in Eastern Time:

{{ dates }}

WHAT TO DO

1. Choose your PSO. At least one person; we strongly recommend two, so that somebody can decide \
when one is away. A PSO must work for the provider, or for the organization that owns or operates \
it. Vendors (billing, software, consulting or staffing companies) cannot be PSO.

2. Each of them creates an account at {{ portal }} with their work email address. A personal \
address, such as gmail.com, is accepted only if the organization runs at most two providers and \
has no email domain of its own. The User ID can never be changed: use letters and digits only, \
and no facility name.

3. They sign in there and ask for the role Provider Security Official, with the CCN above. Have \
the name and phone number of the provider's administrator at hand: CMS checks with them.

4. CMS decides and writes to them. From that day they approve or reject everyone else.

Only the program named above is being brought into iQIES now. You need no account for Payroll \
Based Journal (PBJ).

Questions? Call the iQIES Service Center at {{ phone }}."""
)

_REMINDER = _(
    """A reminder: there is still no Provider Security Official (PSO) in iQIES for:

{{ providers }}

Until a PSO is approved, nobody at your provider can complete a request for access to iQIES, and \
whoever has asked is waiting.

The dates, in Eastern Time:

{{ dates }}

It takes one person a few minutes: go to {{ portal }}, create an account with your work email \
address, and ask for the role Provider Security Official with the CCN above. The PSO must work \
for the provider or for the organization that owns or operates it; vendors cannot be PSO. Two \
PSOs are better than one. CMS decides and writes to you.

If something holds you up, call the iQIES Service Center at {{ phone }}. If you have asked \
already, thank you: there is nothing more to do."""
)

_SECOND = _(
    """There is only one Provider Security Official (PSO) in iQIES, and nobody to stand in, for:

{{ providers }}

When that one person is on leave, ill, or gone, nobody can approve access for your staff or your \
vendors, and the PSO's own further requests wait as well. CMS strongly recommends two PSOs or \
more.

WHAT TO DO

1. Choose a colleague. They must work for the provider, or for the organization that owns or \
operates it. Vendors cannot be PSO.

2. They create an account at {{ portal }} with their work email address, sign in, and ask for the \
role Provider Security Official with the CCN above.

3. Your present PSO approves the request. CMS need not be asked.

Questions? Call the iQIES Service Center at {{ phone }}."""
)

WORDINGS: dict[str, Wording] = {
    "first": Wording(
        _("First email: name a PSO"),
        0,
        _("Action needed: name a Provider Security Official for {{ ccns }}"),
        _FIRST,
    ),
    "reminder": Wording(
        _("Reminder: still no PSO"),
        0,
        _("Reminder: {{ ccns }} still without a Provider Security Official"),
        _REMINDER,
    ),
    "second": Wording(
        _("One PSO, no backup: name a second"),
        1,
        _("Name a second Provider Security Official for {{ ccns }}"),
        _SECOND,
    ),
}


def fitting(level: int, number: int) -> str:
    """The key of the message that a step of this number would most likely begin with."""
    if level == 1:
        return "second"
    return "first" if number == 1 else "reminder"
