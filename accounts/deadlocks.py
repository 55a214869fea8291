"""A step that PostgreSQL ended because it and another waited for each other is taken once more.

Steps that lock one provider cannot wait for each other. Those that lock many (an import, a report
about several claims, two rows that become one) mostly lock in the order of ids; where they cannot,
this is what remains.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError

_DEADLOCK = "40P01"  # PostgreSQL's code
_TRIES = 3
P = ParamSpec("P")
T = TypeVar("T")


def taken_again(step: Callable[P, T]) -> Callable[P, T]:
    """Around a whole transaction, or one whose savepoint gives back every lock it took."""

    @wraps(step)
    def inner(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(_TRIES - 1):
            try:
                return step(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", "") != _DEADLOCK:
                    raise
        return step(*args, **kwargs)

    return inner
