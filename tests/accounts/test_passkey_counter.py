"""Each use of a passkey counts more than the one before, or it may be a copy."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator

from accounts import passkey_counter
from tests import builders as make
from tests.accounts import factors

pytestmark = pytest.mark.django_db


def with_count(count: int) -> Authenticator:
    passkey = factors.with_passkey(make.person())
    passkey.data["sign_count"] = count
    passkey.save()
    return passkey


@pytest.mark.parametrize(("before", "now"), [(0, 0), (0, 1), (7, 8), (7, 2**32 - 1)])
def test_more_is_taken_and_so_is_a_passkey_that_never_counts(before: int, now: int) -> None:
    passkey = with_count(before)
    assert passkey_counter.take(passkey, now)
    passkey.refresh_from_db()
    assert passkey.data["sign_count"] == now


@pytest.mark.parametrize(("before", "now"), [(7, 7), (7, 6), (7, 0)])
def test_as_much_or_less_is_refused(before: int, now: int) -> None:
    passkey = with_count(before)
    assert not passkey_counter.take(passkey, now)
    passkey.refresh_from_db()
    assert passkey.data["sign_count"] == before
