import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User

PAT = User(username="patdoe77", full_name="Pat van Doeburg", email="p.doeburg@sunny-hill.example")


@pytest.mark.parametrize(
    "password", ["correct horse battery", "vier woorden in een rij", "p" + "q" * 99]
)
def test_accepted(password: str) -> None:
    validate_password(password, PAT)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("fourteen chars", "at least 15"),
        ("my PatDoe77 is the best", "must not contain"),
        ("who is doeburg anyway", "must not contain"),
        ("p.doeburg and more words", "must not contain"),
    ],
)
def test_refused(password: str, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        validate_password(password, PAT)


def test_short_words_of_a_name_say_nothing() -> None:
    validate_password("a pattern of vanishing", PAT)
