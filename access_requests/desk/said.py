"""What the last step on a case's page did, said beside the check it was about.

A message at the top of the page would take the focus, and the reader, away from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

SECOND_PATH = "second-path"

_SESSION_KEY = "desk_said"


@dataclass(frozen=True)
class Said:
    """`place`: a check's code, or SECOND_PATH."""

    place: str = ""
    sentence: str = ""


def keep(request: HttpRequest, pk: int, place: str, sentence: str) -> None:
    request.session[_SESSION_KEY] = [pk, place, sentence]


def take(request: HttpRequest, pk: int) -> Said:
    """Shown once, on the page of that request."""
    kept = request.session.get(_SESSION_KEY)
    if not kept or request.method != "GET":
        return Said()
    del request.session[_SESSION_KEY]
    about, place, sentence = kept
    return Said(place, sentence) if about == pk else Said()
