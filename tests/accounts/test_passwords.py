"""What a new password may be, and how it is kept."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import unicodedata

import argon2
import pytest
from django.conf import LazySettings, settings
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.hashers import Argon2id, Pbkdf2
from accounts.models import User
from tests.accounts.builders import PASSWORD
from tests.builders import person

PAT = User(username="patdoe77", full_name="Pat van Doeburg", email="p.doeburg@sunny-hill.example")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "vier woorden in een rij",
        "four words in a row",
        "to be or not to be",
        "sept mètres à l’ombre",
        "熊猫在图书馆里慢慢地喝着一杯凉茶",
        "🐼 🍵 pandas drink tea 🐼 🍵",
        "7fQz!9vLw2_Xm4Rt",
        "a sentence that goes on " * 5,
    ],
)
def test_accepted(password: str) -> None:
    validate_password(password, PAT)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("fourteen chars", "at least 15"),
        ("x7 " * 43, "at most 128"),
        ("my PatDoe77 is the best", "must not contain"),
        ("who is doeburg anyway", "must not contain"),
        ("p.doeburg and more words", "must not contain"),
        ("ＰａｔＤｏｅ７７ in wide letters", "must not contain"),
        ("aaaaaaaaaaaaaaaa", "repeats"),
        ("p" + "q" * 99, "repeats"),
        ("abcabcabcabcabc", "repeats"),
        ("P@ssw0rdP@ssw0rd", "repeats"),
        ("Winter2025!Winter2025!", "repeats"),
        ("kX9$kX9$kX9$kX9$", "repeats"),
        ("abcdefghijklmnop", "follows the alphabet"),
        ("password12345678", "that many people use"),
        ("Password12345678!", "that many people use"),
        ("iloveyou12345678", "that many people use"),
        ("qwertyuiopasdfgh", "that many people use"),
        ("qazwsxedcrfvtgby", "that many people use"),
        ("administrator12345", "that many people use"),
        ("football baseball", "that many people use"),
        ("1234567890123456", "that many people use"),
    ],
)
def test_refused(password: str, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        validate_password(password, PAT)


def test_short_words_of_a_name_say_nothing() -> None:
    validate_password("a pattern of vanishing", PAT)


@pytest.mark.parametrize("password", ["aaaaaaaaaaaaaaaa", "short", "z" * 129])
def test_each_fault_is_said_once(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, PAT)
    assert len(refused.value.messages) == 1


def test_no_password_keeps_the_judge_busy() -> None:
    """Every sign that may stand for several letters: thousands of readings, were they all tried."""
    started = time.process_time()
    validate_password("{(<[4@69!|1$5+7%20" * 4, PAT)
    assert time.process_time() - started < 1


def test_argon2id_at_the_minimum_of_owasp() -> None:
    encoded = make_password(PASSWORD)
    assert encoded.startswith("argon2$argon2id$v=19$m=12288,t=3,p=1$")
    # Another implementation agrees.
    assert argon2.PasswordHasher().verify(encoded.removeprefix("argon2"), PASSWORD)
    assert not check_password(PASSWORD + "x", encoded)
    assert make_password(PASSWORD) != encoded


def test_argon2id_of_other_parameters_is_verified_too() -> None:
    encoded = "argon2" + argon2.PasswordHasher(parallelism=4, memory_cost=8192).hash(PASSWORD)
    assert check_password(PASSWORD, encoded)
    assert not check_password("x", encoded)
    assert Argon2id().must_update(encoded)
    other_minimum = argon2.PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
    assert check_password(PASSWORD, "argon2" + other_minimum.hash(PASSWORD))
    assert not Argon2id().must_update(make_password(PASSWORD))


def test_pbkdf2_where_it_is_chosen(settings: LazySettings) -> None:
    settings.PASSWORD_HASHERS = [*reversed(settings.PASSWORD_HASHERS)]
    encoded = make_password(PASSWORD)
    assert encoded.startswith("pbkdf2_sha256$600000$")
    assert check_password(PASSWORD, encoded)
    assert not check_password("x", encoded)


@pytest.mark.parametrize("hasher", [Argon2id(), Pbkdf2()])
def test_one_password_in_two_spellings(hasher: Argon2id | Pbkdf2) -> None:
    typed = "crème brûlée ﬁrst of all"
    encoded = hasher.encode(unicodedata.normalize("NFD", typed), hasher.salt())
    assert hasher.verify(unicodedata.normalize("NFC", typed), encoded)
    assert hasher.verify("crème brûlée first of all", encoded)


@pytest.mark.django_db
def test_a_hash_of_the_other_kind_is_made_anew_at_sign_in(client: Client) -> None:
    pat = person("patdoe77")
    pat.password = make_password(PASSWORD, hasher="pbkdf2_sha256")
    pat.save()
    answer = client.post("/accounts/login/", {"login": "patdoe77", "password": PASSWORD})
    assert answer.status_code == 302
    pat.refresh_from_db()
    assert isinstance(identify_hasher(pat.password), Argon2id)
    assert pat.check_password(PASSWORD)
    # It is the same password: the history does not count it twice.
    assert not pat.past_passwords.exists()


@pytest.mark.parametrize(
    ("chosen", "first"),
    [
        ("argon2id", "['accounts.hashers.Argon2id', 'accounts.hashers.Pbkdf2']"),
        ("pbkdf2", "['accounts.hashers.Pbkdf2', 'accounts.hashers.Argon2id']"),
        ("md5", "PASSWORD_HASH must be argon2id or pbkdf2."),
    ],
)
def test_the_setting(chosen: str, first: str) -> None:
    say = "from django.conf import settings; print(settings.PASSWORD_HASHERS)"
    environment = {
        **os.environ,
        "PASSWORD_HASH": chosen,
        "DJANGO_SETTINGS_MODULE": "iqies_portal.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", say],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert first in done.stdout + done.stderr
    assert (done.returncode == 0) == (chosen != "md5")
