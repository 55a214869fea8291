"""What somebody is about to decide, kept in the session: the page for deciding is one to come back
to, after a look at one of the requests or a reload.

Only numbers, hashes, and what was typed for rejecting; a session is read with every page, so that
the last few are kept, and none that is decided.
"""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.utils.crypto import get_random_string

from access_requests.together.choosing import MOST, Chosen

_SESSION_KEY: Final = "deciding"
_MOST_KEPT: Final = 3


def keep(request: HttpRequest, chosen: Chosen, typed: dict[str, str]) -> str:
    """The word under which it is found again: the same one where the page for deciding sends it
    with one left out."""
    kept = _kept(request)
    word = request.POST.get("n", "")
    before = kept.pop(word, None)
    if before is None:
        word, before = get_random_string(8), {"seen": {}}
    ids = chosen.all[:MOST]
    seen = before["seen"] | {str(pk): said for pk, said in chosen.seen.items()}
    kept[word] = {
        "ids": ids,
        "seen": {said: seen[said] for pk in ids if (said := str(pk)) in seen},
        "typed": {name: value for name, value in typed.items() if value},
    }
    request.session[_SESSION_KEY] = dict([*kept.items()][-_MOST_KEPT:])
    return word


def read(request: HttpRequest, word: str) -> tuple[Chosen, dict[str, str]] | None:
    """What was chosen, and typed; None where nothing is kept under this word any more."""
    found = _kept(request).get(word)
    if found is None:
        return None
    return Chosen(found["ids"], _seen(found)), found["typed"]


def seen(request: HttpRequest, word: str) -> dict[int, str]:
    """What was read of each on the queue."""
    return _seen(_kept(request).get(word, {"seen": {}}))


def forget(request: HttpRequest, word: str) -> None:
    kept = _kept(request)
    if kept.pop(word, None) is not None:
        request.session[_SESSION_KEY] = kept


def _kept(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """The oldest first."""
    return dict(request.session.get(_SESSION_KEY, {}))


def _seen(found: dict[str, Any]) -> dict[int, str]:
    return {int(pk): said for pk, said in found["seen"].items()}
