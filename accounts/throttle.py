"""How often somebody may be wrong.

Wrong tries are counted for an account at a place, where a place is an address, or a browser that
this account was signed in to before (accounts.known_devices). Nobody who guesses from one place
shuts anybody out at another. So that many addresses together do not guess freely either, each
has one try an hour of its own at an account, and further ones come out of a small number that all
of them share: the owner's first, right try at a new place is always heard. One customer of an
internet provider may hold thousands of IPv6 networks: the larger ones around an address have
limits of their own, and one such try together.

A try is counted before it is judged, and taken back when it was right: a thousand at once are no
more than the limit. One that is refused counts nowhere and costs no hash. A User ID that nobody
has is counted like any other, so a refusal says nothing about it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import known_devices
from accounts.limits import (
    DAY,
    HOUR,
    MINUTE,
    Limit,
    address_of,
    counters,
    customer_of,
    digest,
    in_words,
    named,
    named_around,
)
from accounts.models import User


@dataclass(frozen=True)
class Rule:
    """Numbers of wrong tries, each with the seconds that it holds for, the longest first."""

    name: str
    # At one account from one place. More of them make one wait longer.
    at_place: tuple[Limit, ...]
    # At all accounts from one address: a chain of nursing homes may have only one.
    at_address: tuple[Limit, ...]
    # At one account from all addresses together, beyond the one try that each of them has.
    shared: Limit
    # At one account from all addresses together. Who comes from a browser that is known, or with
    # a passkey, is not concerned.
    most: tuple[Limit, ...]
    refusal: Promise


PASSWORD = Rule(
    name="password",
    at_place=((40, DAY), (15, HOUR), (5, 5 * MINUTE)),
    at_address=((600, DAY), (60, 10 * MINUTE)),
    shared=(50, HOUR),
    # None: a limit here would be a way to keep the owner out.
    most=(),
    refusal=_(
        "Too many wrong tries from this place. Wait %(wait)s and try again, or reset your password."
    ),
)
# Whoever guesses here has the password. A code of six digits must not be found by thousands of
# addresses in weeks; its owner changes the password, and that is the end of it.
FACTOR = Rule(
    name="factor",
    at_place=((20, DAY), (10, HOUR), (5, 5 * MINUTE)),
    at_address=(),
    shared=(20, HOUR),
    most=((300, DAY),),
    refusal=_(
        "Too many wrong codes from this place. Wait %(wait)s and try again. If you have a passkey, "
        "it works at once."
    ),
)
# Codes of eight letters that were sent by email: of a mailbox, not of an account.
MAILED_CODE = Rule(
    name="mailed-code",
    at_place=((40, DAY), (20, HOUR), (8, 5 * MINUTE)),
    at_address=((400, DAY), (80, HOUR)),
    shared=(20, HOUR),
    most=((10_000, DAY),),
    refusal=_("Too many wrong codes from this place. Wait %(wait)s, then ask for a new code."),
)
_MOST = "from-everywhere"
_TOO_MANY_FROM_EVERYWHERE = _(
    "Too many wrong codes were typed for this account, from many places. Use a browser that you "
    "have signed in with before, or a passkey, or reset your password in this browser first."
)


class TooManyTries(ValidationError):
    def __init__(self, said: str, seconds: int) -> None:
        super().__init__(said, code="too_many_tries")
        self.seconds = seconds


class Attempt:
    """A try that was let through and has been counted as wrong for now."""

    def __init__(self, at_place: list[str], elsewhere: list[str], *, is_known: bool) -> None:
        self._at_place, self._elsewhere = at_place, elsewhere
        # Whether it comes from a browser that the account was signed in to before.
        self.is_known = is_known

    def was_right(self) -> None:
        """What was wrong before at this place is forgotten; of the limits of the address only
        this try is taken off, or else one's own account would buy guesses at others'."""
        counters.give_back(self._elsewhere, empty=self._at_place)


def start(rule: Rule, account: str, request: HttpRequest) -> Attempt:
    """Before a try is judged. `account` is a User ID or, for a mailed code, an address, as typed.

    Raises TooManyTries, a ValidationError that says what to do.
    """
    account = account.strip().lower()
    device = known_devices.device_of(request, account)
    place = digest(device or address_of(request))
    base = _base(rule, account)
    at_place = named(f"{base}:{place}", rule.at_place)
    groups = [at_place]
    if device is None:
        at_address = named(f"throttle:{rule.name}:at:{place}", rule.at_address)
        around = [
            *named_around(base, request, rule.at_place),
            *named_around(f"throttle:{rule.name}:at", request, rule.at_address),
        ]
        common = [*at_place, *around, *at_address, *named(f"{base}:{_MOST}", rule.most)]
        own = (f"{base}:{digest(customer_of(request))}:own", 1, HOUR)
        groups = [[*common, own], [*common, (f"{base}:shared", *rule.shared)]]
    for limits in groups:
        keys = [key for key, _most, _seconds in limits]
        full, wait = counters.take(limits)
        if full is None:
            split = len(at_place)
            return Attempt(keys[:split], keys[split:], is_known=device is not None)
        full_key = keys[full]
        if full_key != keys[-1]:
            break
    cache.set(f"{base}:held", 1, wait)
    # Read by accounts.allauth_urls, which gives the answer its status.
    request.refused_for = wait  # type: ignore[attr-defined]
    is_everywhere = f":{_MOST}:" in full_key
    said = _TOO_MANY_FROM_EVERYWHERE if is_everywhere else rule.refusal
    raise TooManyTries(str(said) % {"wait": in_words(wait)}, wait)


def is_held_up(person: User) -> bool:
    """Whether somebody's tries at this account are being refused, wherever they come from."""
    keys = [f"{_base(rule, account)}:held" for rule, account in _accounts_of(person)]
    return bool(cache.get_many(keys))


def unlock(person: User) -> None:
    """Forget all wrong tries at this account, from everywhere."""
    for rule, account in _accounts_of(person):
        counters.forget(_base(rule, account))


def _accounts_of(person: User) -> list[tuple[Rule, str]]:
    return [(PASSWORD, person.username), (FACTOR, person.username), (MAILED_CODE, person.email)]


def _base(rule: Rule, account: str) -> str:
    """What all counters of an account begin with."""
    return f"throttle:{rule.name}:{digest(account)}"
