"""Counting in the shared cache: who asks, how often, and what is said to whoever asks too often."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Protocol, cast

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
# How many, in so many seconds.
Limit = tuple[int, int]
View = Callable[..., HttpResponseBase]
# Of IPv6 one customer may hold 65,536 networks of 64 bits. So these larger ones have limits too:
# so many times as wide.
_LARGER_NETWORKS = {56: 2, 48: 3}


class Counters(Protocol):
    """What the cache offers besides Django's own (iqies_portal.cache)."""

    def take(self, limits: Sequence[tuple[str, int, int]]) -> tuple[int | None, int]: ...
    def give_back(self, keys: Sequence[str], *, empty: Sequence[str] = ()) -> None: ...
    def forget(self, beginning: str) -> None: ...


counters = cast(Counters, cache)


def named(base: str, limits: Sequence[Limit]) -> list[tuple[str, int, int]]:
    """A counter for each."""
    return [(f"{base}:{seconds}", most, seconds) for most, seconds in limits]


def is_within(base: str, limits: Sequence[Limit]) -> bool:
    """Counts this one, if it is."""
    full, _wait = counters.take(named(base, limits))
    return full is None


def per_address(name: str, *limits: Limit) -> Callable[[View], View]:
    """For views that anybody can ask."""

    def limited(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            base = f"asked:{name}:{digest(address_of(request))}"
            around = named_around(f"asked:{name}", request, limits)
            full, wait = counters.take([*named(base, limits), *around])
            return view(request, *args, **kwargs) if full is None else refusal_of(request, wait)

        return answer

    return limited


def refusal_of(request: HttpRequest, wait: int) -> HttpResponse:
    response = render(request, "429.html", {"wait": in_words(wait)}, status=429)
    response["Retry-After"] = str(wait)
    return response


def address_of(request: HttpRequest) -> str:
    """Of IPv6 the network that a household or an office is given."""
    address = _ip_address_of(request)
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return _network(address, 64)


def customer_of(request: HttpRequest) -> str:
    """Of IPv6 the largest network that one customer is given."""
    address = _ip_address_of(request)
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return _network(address, min(_LARGER_NETWORKS))


def named_around(
    base: str, request: HttpRequest, limits: Sequence[Limit]
) -> list[tuple[str, int, int]]:
    """Counters of the larger networks that the address lies in."""
    address = _ip_address_of(request)
    if isinstance(address, ipaddress.IPv4Address):
        return []
    return [
        (f"{base}:{digest(_network(address, bits))}:{seconds}", most * times, seconds)
        for bits, times in _LARGER_NETWORKS.items()
        for most, seconds in limits
    ]


def _ip_address_of(request: HttpRequest) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _network(address: ipaddress.IPv6Address, bits: int) -> str:
    return str(ipaddress.IPv6Network((int(address), bits), strict=False))


def in_words(seconds: int) -> str:
    minutes = math.ceil(seconds / MINUTE)
    if minutes < 100:
        return ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}
    hours = math.ceil(minutes / 60)
    return ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}


def digest(value: str) -> str:
    """The cache holds no User IDs and no addresses."""
    return salted_hmac("limits", value, algorithm="sha256").hexdigest()[:32]
