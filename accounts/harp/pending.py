"""Somebody who has signed in at HARP and has no account here yet: kept in their session."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.core.internal.cryptokit import compare_user_code
from django.http import HttpRequest

from accounts.adapter import AccountAdapter
from accounts.harp.identity import Identity

_KEY = "harp_pending"
KEPT_SECONDS = 30 * 60
CODE_SECONDS = 15 * 60
CODE_TRIES = 3
CODE_RESENDS = 3


@dataclass(frozen=True, kw_only=True)
class Pending:
    identity: Identity
    at: float
    next_url: str = ""
    # They said that the account here of the same User ID is not theirs.
    is_told_apart: bool = False
    # The address that is proven to be theirs, by HARP or by a code.
    email: str = ""
    # Of AddressProof.
    code_state: dict[str, Any] = field(default_factory=dict)

    def changed(self, request: HttpRequest, **changes: Any) -> Pending:
        pending = replace(self, **changes)
        _keep(request, pending)
        return pending


def begin(request: HttpRequest, identity: Identity, next_url: str) -> Pending:
    pending = Pending(
        identity=identity,
        at=time.time(),
        next_url=next_url,
        email=identity.email if identity.email_is_verified else "",
    )
    _keep(request, pending)
    return pending


def pending_of(request: HttpRequest) -> Pending | None:
    kept = request.session.get(_KEY)
    if kept is None:
        return None
    if time.time() - kept["at"] > KEPT_SECONDS:
        forget(request)
        return None
    return Pending(**kept | {"identity": Identity(**kept["identity"])})


def forget(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


def _keep(request: HttpRequest, pending: Pending) -> None:
    request.session[_KEY] = asdict(pending)


class AddressProof(AbstractCodeVerificationProcess):
    """A code to an address that HARP has not verified, before there is an account."""

    def __init__(self, request: HttpRequest, pending: Pending, state: dict[str, Any]) -> None:
        self.request, self.pending = request, pending
        super().__init__(max_attempts=CODE_TRIES, timeout=CODE_SECONDS, state=state)

    @classmethod
    def begin(cls, request: HttpRequest, pending: Pending, email: str) -> None:
        proof = cls(request, pending, cls.initial_state(None, email=email))
        proof.send()
        proof.persist()

    @classmethod
    def resume(cls, request: HttpRequest, pending: Pending) -> AddressProof | None:
        if not pending.code_state:
            return None
        proof = cls(request, pending, pending.code_state)
        if not proof.is_valid():
            proof.abort()
            return None
        return proof

    @property
    def email(self) -> str:
        return str(self.state["email"])

    @property
    def can_resend(self) -> bool:
        return not self.is_resend_quota_reached(CODE_RESENDS)

    def resend(self) -> None:
        self.record_resend()
        self.send()
        self.persist()

    def is_right(self, typed: str) -> bool:
        return bool(compare_user_code(actual=typed, expected=self.code))

    def send(self) -> None:
        """One row in the outbox, in the caller's transaction."""
        adapter = AccountAdapter(self.request)
        self.state["code"] = adapter.generate_email_verification_code()
        context = {"code": self.code, "email": self.email}
        adapter.send_mail("account/email/harp_address", self.email, context)

    def persist(self) -> None:
        self.pending = self.pending.changed(self.request, code_state=self.state)

    def abort(self) -> None:
        self.pending = self.pending.changed(self.request, code_state={})
