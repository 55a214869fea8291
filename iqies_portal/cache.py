"""The cache counts attempts to sign in and the like. Its absence must not close the door."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Sequence
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import RedisError

logger = logging.getLogger(__name__)

# How long Redis is left in peace after it did not answer.
PAUSE_SECONDS = 10.0

# In this memory, per process: so many that whoever brings junk along does not push the counts of
# others out. A full one forgets the hundredth part that was longest unused.
_OWN_OPTIONS = {"MAX_ENTRIES": 100_000, "CULL_FREQUENCY": 100}

# Of each key: how much it may hold, and for how many milliseconds from the first count.
_TAKE = """
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[2 * i - 1]) then
    return {i, redis.call('PTTL', key)}
  end
end
for i, key in ipairs(KEYS) do
  if redis.call('INCR', key) == 1 then redis.call('PEXPIRE', key, ARGV[2 * i]) end
end
return {0, 0}
"""
# The first so many keys lose one count, the others all.
_GIVE_BACK = """
for i, key in ipairs(KEYS) do
  if i > tonumber(ARGV[1]) then
    redis.call('DEL', key)
  elseif tonumber(redis.call('GET', key) or '0') > 0 then
    redis.call('DECR', key)
  end
end
return 1
"""


class _OneClient(RedisCacheClient):
    """Django makes a client for each command, which takes longer than the command."""

    _made: Any = None

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if self._made is None:
            self._made = super().get_client(key, write=True)
        return self._made


class SturdyRedisCache(RedisCache):
    """Redis; while it does not answer, this process's own memory.

    Limits then count per process instead of for the whole site: weaker, but not gone, and people
    can still sign in.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        self._own = LocMemCache("while-redis-is-down", {**params, "OPTIONS": _OWN_OPTIONS})
        self._own_lock = threading.Lock()
        self._ask_again_at = 0.0
        super().__init__(server, params)
        self._class = _OneClient

    def take(self, limits: Sequence[tuple[str, int, int]]) -> tuple[int | None, int]:
        """Count one in each of these counters, or in none when one of them is full.

        A limit is a key, how much it may hold, and for how many seconds. Returns which one was
        full (None: all have counted) and in how many seconds it begins anew. However many ask at
        once, no counter ever holds more than its limit.
        """
        keys = [self.make_and_validate_key(key) for key, _, _ in limits]
        numbers = [each for _, most, seconds in limits for each in (most, seconds * 1000)]
        answer = self._eval(_TAKE, keys, numbers)
        if answer is not None:
            full, left = answer
            return (full - 1 if full else None), max(1, math.ceil(left / 1000))
        with self._own_lock:
            return self._take_from_own(limits)

    def give_back(self, keys: Sequence[str], *, empty: Sequence[str] = ()) -> None:
        """Take one off each of these counters, and all off the others."""
        whole = [self.make_and_validate_key(key) for key in (*keys, *empty)]
        if whole and self._eval(_GIVE_BACK, whole, [len(keys)]) is None:
            with self._own_lock:
                for key in keys:
                    count, until = self._own.get(key, (0, 0.0))
                    self._put_into_own(key, count - 1, until)
                self._own.delete_many(empty)

    def forget(self, beginning: str) -> None:
        """All keys that begin so. Looks through every key there is: for rare occasions."""
        whole = self.make_and_validate_key(beginning)
        try:
            client = self._cache.get_client(None, write=True)
            for key in client.scan_iter(match=f"{whole}*", count=1000):
                client.delete(key)
        except RedisError as error:
            self._leave_in_peace(error)
        # Not kept for long, and Redis may be back before they are asked for.
        self._own.clear()

    def _eval(self, script: str, keys: list[str], numbers: list[int]) -> Any:
        """None while Redis does not answer."""
        if time.monotonic() < self._ask_again_at:
            return None
        try:
            client = self._cache.get_client(None, write=True)
            return client.eval(script, len(keys), *keys, *numbers)
        except RedisError as error:
            self._leave_in_peace(error)
            return None

    def _take_from_own(self, limits: Sequence[tuple[str, int, int]]) -> tuple[int | None, int]:
        now = time.time()
        held = [self._own.get(key, (0, now + seconds)) for key, _, seconds in limits]
        for number, (_, most, _) in enumerate(limits):
            count, until = held[number]
            if count >= most:
                return number, max(1, math.ceil(until - now))
        for (key, _, _), (count, until) in zip(limits, held, strict=True):
            self._put_into_own(key, count + 1, until)
        return None, 1

    def _put_into_own(self, key: str, count: int, until: float) -> None:
        if count >= 0 and until > time.time():
            self._own.set(key, (count, until), until - time.time())

    def _leave_in_peace(self, error: RedisError) -> None:
        self._ask_again_at = time.monotonic() + PAUSE_SECONDS
        logger.warning("the cache is down", extra={"error": type(error).__name__})

    def _ask(self, method: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self._ask_again_at:
            try:
                return getattr(super(), method)(*args, **kwargs)
            except RedisError as error:
                self._leave_in_peace(error)
        return getattr(self._own, method)(*args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("add", *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("touch", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("delete", *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("get_many", *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("set_many", *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("delete_many", *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("has_key", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("incr", *args, **kwargs)

    def clear(self) -> Any:
        return self._ask("clear")
