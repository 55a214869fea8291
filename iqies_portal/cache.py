"""The cache counts attempts to sign in and the like. Its absence must not close the door."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

logger = logging.getLogger(__name__)

# How long Redis is left in peace after it did not answer.
PAUSE_SECONDS = 10.0


class SturdyRedisCache(RedisCache):
    """Redis; while it does not answer, this process's own memory.

    Limits then count per process instead of for the whole site: weaker, but not gone, and people
    can still sign in.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        self._own = LocMemCache("while-redis-is-down", {**params, "OPTIONS": {}})
        self._ask_again_at = 0.0
        super().__init__(server, params)

    def _ask(self, method: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self._ask_again_at:
            try:
                return getattr(super(), method)(*args, **kwargs)
            except RedisError as error:
                self._ask_again_at = time.monotonic() + PAUSE_SECONDS
                logger.warning("the cache is down", extra={"error": type(error).__name__})
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
