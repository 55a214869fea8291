"""What a person had typed when they were signed out for being idle: kept for them alone, encrypted,
for a day, and given back when they have signed in again. Nothing is ever sent without them.

Only forms made of words are kept, whose views say so with `keeps`. A step that is one click is
clicked again: whoever comes by an unlocked computer must not leave one there for its owner.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone

from accounts.encryption import Undecipherable, decrypt, encrypt
from accounts.models import KeptForm, User

KEPT_FOR = timedelta(days=1)
MOST_BYTES = 20_000
MOST_PER_PERSON = 10
# Beside the fields of a form that is sent after all: which kept form it was.
SENT_AGAIN = "kept-form"

Pairs = list[tuple[str, str]]
# Of the reader, and of what the address names.
Heading = Callable[..., str]
View = Callable[..., HttpResponse]

_MARK = "kept_form_heading"
_SESSION_FLAG = "has_kept_forms"
_NEVER = {"csrfmiddlewaretoken", "code", SENT_AGAIN}


def keeps(heading: Heading) -> Callable[[View], View]:
    """Mark a view whose form holds what somebody had to write; never passwords, never codes.

    `heading` says what sending it does, to the person it is kept for.
    """

    def mark(view: View) -> View:
        setattr(view, _MARK, heading)
        return view

    return mark


def may_be_kept(path: str) -> bool:
    """Whether a form sent to this path is one of words, for which a person signs in."""
    if not path.startswith("/") or path.startswith("//") or len(path) > _longest_path():
        return False
    try:
        match = resolve(path)
    except Resolver404:
        return False
    return hasattr(match.func, _MARK)


def heading_of(kept: KeptForm, reader: User) -> str:
    """What would be done, in words."""
    try:
        match = resolve(kept.path)
    except Resolver404:
        return kept.path
    heading: Heading | None = getattr(match.func, _MARK, None)
    return heading(reader, **match.kwargs) if heading else kept.path


def keep(person_id: int, path: str, pairs: Iterable[tuple[str, str]], *, was_sent: bool) -> bool:
    """Whether it is kept. What was typed last into the same form takes the place of the earlier."""
    said = [(name, value) for name, value in pairs if not _is_secret(name)]
    text = json.dumps(said)
    if not said or len(text) > MOST_BYTES or not may_be_kept(path):
        return False
    kept = KeptForm(
        user_id=person_id,
        path=path,
        fields=encrypt(text),
        was_sent=was_sent,
        kept_at=timezone.now(),
    )
    KeptForm.objects.bulk_create(
        [kept],
        update_conflicts=True,
        unique_fields=["user", "path"],
        update_fields=["fields", "was_sent", "kept_at"],
    )
    _drop_oldest(person_id)
    return True


def kept_by(person_id: int, *, since: datetime | None = None) -> list[KeptForm]:
    """Newest first."""
    after = max(timezone.now() - KEPT_FOR, since) if since else timezone.now() - KEPT_FOR
    return list(KeptForm.objects.filter(user=person_id, kept_at__gte=after).order_by("-kept_at"))


def pairs_of(kept: KeptForm) -> Pairs:
    """Names of fields and what was typed; nothing where no key can read it any more."""
    try:
        return [(str(name), str(value)) for name, value in json.loads(decrypt(kept.fields))]
    except Undecipherable:
        return []


def throw_away(person: User, kept_id: int) -> bool:
    largest = 2**63 - 1
    return bool(KeptForm.objects.filter(user=person, pk=min(kept_id, largest)).delete()[0])


def throw_away_typed(person: User, *, since: datetime) -> None:
    """What was kept at the warning, of a person who has then stayed."""
    KeptForm.objects.filter(user=person, was_sent=False, kept_at__gte=since).delete()


def purge() -> None:
    KeptForm.objects.filter(kept_at__lt=timezone.now() - KEPT_FOR).delete()


def tell_session(request: HttpRequest, person_id: int) -> None:
    """Each page says that something is kept; only the session is asked whether there is."""
    if KeptForm.objects.filter(user=person_id, kept_at__gte=timezone.now() - KEPT_FOR).exists():
        request.session[_SESSION_FLAG] = True
    else:
        request.session.pop(_SESSION_FLAG, None)


def has_session(request: HttpRequest) -> bool:
    return bool(request.session.get(_SESSION_FLAG))


def _drop_oldest(person_id: int) -> None:
    mine = KeptForm.objects.filter(user=person_id).order_by("-kept_at")
    too_old = list(mine.values_list("pk", flat=True)[MOST_PER_PERSON:])
    if too_old:
        KeptForm.objects.filter(pk__in=too_old).delete()


def _is_secret(name: str) -> bool:
    return name in _NEVER or "password" in name.lower()


def _longest_path() -> int:
    return KeptForm._meta.get_field("path").max_length or 0
