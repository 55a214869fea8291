"""Who is signed in where: what is behind request.session, and how sessions end.

The table holds a digest of the key in the browser's cookie, and data that only the portal can
read: with a copy of it nobody signs in. A session ends after settings.SESSION_IDLE without a sign
of life, and settings.SESSION_LONGEST after the sign-in in any case. Its row then stays for a day,
to say whose it was: what that person sent too late is kept for them (accounts/kept_forms.py).
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import (
    VALID_KEY_CHARS,
    CreateError,
    SessionBase,
    UpdateError,
)
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts import devices
from accounts.encryption import Undecipherable, decrypt, encrypt
from accounts.models import Session, User

logger = logging.getLogger(__name__)

ENDED_ARE_KEPT = timedelta(days=1)
_WRITTEN_EVERY = timedelta(minutes=1)


class SessionStore(SessionBase):
    """What SessionBase offers to asynchronous code calls these methods in a thread."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._request: HttpRequest | None = None
        self._row: Session | None = None
        # The session that the browser's key named, when it has ended by itself.
        self.ended: Session | None = None
        # False: this request asks about the session, and is no sign of life.
        self.is_used = True

    def asked_by(self, request: HttpRequest) -> None:
        self._request = request

    def encode(self, session_dict: dict[str, Any]) -> str:
        return encrypt(self.serializer().dumps(session_dict).decode("latin-1"))

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Raises Undecipherable."""
        data = self.serializer().loads(decrypt(str(session_data)).encode("latin-1"))
        return dict(data)

    def load(self) -> dict[str, Any]:
        """A session that is gone, has ended or cannot be read is a new, empty one."""
        row = Session.objects.filter(pk=digest(self.session_key or "")).order_by().first()
        if row is not None and row.expire_date > timezone.now():
            try:
                data = self.decode(row.session_data)
            except (Undecipherable, ValueError):
                logger.warning("a session that no key can read was taken for none")
            else:
                self._row = row
                return data
        elif row is not None:
            self.ended = row
        self._session_key = None
        return {}

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(pk=digest(session_key)).exists()

    def create(self) -> None:
        while True:
            # Whether another has it is told by the row; asking beforehand would be a query more.
            self._session_key = get_random_string(32, VALID_KEY_CHARS)
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Raises UpdateError when the session was ended since this request read it."""
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        now = timezone.now()
        key, since = digest(self.session_key), self._since or now
        values = {
            "session_data": self.encode(data),
            "user_id": int(data[SESSION_KEY]) if SESSION_KEY in data else None,
            "last_seen_at": now,
            "expire_date": _end(since, now),
        }
        if must_create:
            self._insert(Session(pk=key, created_at=since, **self._place(), **values))
        elif not Session.objects.filter(pk=key).update(**values):
            raise UpdateError
        elif self._row is not None:
            self._row.last_seen_at, self._row.expire_date = now, _end(since, now)
        return None

    def _insert(self, row: Session) -> None:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as taken:
            raise CreateError from taken
        self._row = row

    def _place(self) -> dict[str, Any]:
        if self._request is None:
            return {"device": "", "address": None}
        try:
            address = get_adapter(self._request).get_client_ip(self._request)
        except PermissionDenied:
            address = None
        agent = self._request.headers.get("User-Agent", "")
        return {"device": devices.name_of(agent), "address": address}

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(pk=digest(key)).delete()

    def flush(self) -> None:
        super().flush()
        self._row = None

    def cycle_key(self) -> None:
        """At the sign-in a session begins; a new key later on makes it no younger.

        The one that begins is written once, with the answer.
        """
        if SESSION_KEY in self:
            super().cycle_key()
            return
        data, old_key = self._session, self.session_key  # type: ignore[attr-defined]
        self._row = self._session_key = None
        self._session_cache, self.modified = data, True
        if old_key:
            self.delete(old_key)

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        return self.ends_at

    def get_expiry_age(self, **kwargs: Any) -> int:
        return self.seconds_left

    @property
    def _since(self) -> datetime | None:
        return self._row.created_at if self._row else None

    @property
    def since(self) -> datetime:
        return self._since or timezone.now()

    @property
    def ends_at(self) -> datetime:
        """As things stand after this request."""
        now = timezone.now()
        if self._row is None or (self.is_used and self._is_due(now)):
            return _end(self._since or now, now)
        return self._row.expire_date

    @property
    def seconds_left(self) -> int:
        return max(0, round((self.ends_at - timezone.now()).total_seconds()))

    @property
    def can_be_longer(self) -> bool:
        """Whether a sign of life would put the end off."""
        return self._since is None or self.ends_at < self._since + settings.SESSION_LONGEST

    def write_sign_of_life(self) -> None:
        """At most once a minute, and never for a session that was ended meanwhile."""
        now = timezone.now()
        if self._row is None or not self.is_used or not self._is_due(now):
            return
        self._row.last_seen_at, self._row.expire_date = now, _end(self._row.created_at, now)
        Session.objects.filter(pk=self._row.pk).update(
            last_seen_at=now, expire_date=self._row.expire_date
        )

    def _is_due(self, now: datetime) -> bool:
        assert self._row is not None  # noqa: S101
        return now - self._row.last_seen_at >= written_every()

    @classmethod
    def clear_expired(cls) -> None:
        now = timezone.now()
        Session.objects.filter(
            Q(expire_date__lt=now - ENDED_ARE_KEPT) | Q(expire_date__lt=now, user=None)
        ).delete()


def store_of(request: HttpRequest) -> SessionStore:
    assert isinstance(request.session, SessionStore)  # noqa: S101
    return request.session


def digest(session_key: str) -> str:
    """The key is long and random: nobody finds it by trying digests."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def written_every() -> timedelta:
    return min(_WRITTEN_EVERY, settings.SESSION_IDLE / 10)


def _end(since: datetime, seen: datetime) -> datetime:
    return min(seen + settings.SESSION_IDLE, since + settings.SESSION_LONGEST)


def sessions_of(user: User) -> QuerySet[Session]:
    """Where the person is signed in, the latest used first."""
    running = Session.objects.filter(user=user, expire_date__gt=timezone.now())
    return running.defer("session_data").order_by("-last_seen_at", "pk")


def end_sessions(user: User, *, keep: str | None = None) -> int:
    """Sign the person out everywhere, but for the browser whose session key is `keep`.

    The number of sessions that were still running.
    """
    rows = Session.objects.filter(user=user)
    if keep is not None:
        rows = rows.exclude(pk=digest(keep))
    running = rows.filter(expire_date__gt=timezone.now()).delete()[0]
    rows.delete()
    return running
