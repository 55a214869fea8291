import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.user_id import MAX_LENGTH, judge, normalized
from tests.builders import person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "typed", ["patdoe", "PatDoe77", "  patdoe77 ", "x" * MAX_LENGTH, "pat1965doe", "77a77pat"]
)
def test_accepted(typed: str) -> None:
    verdict = judge(typed)
    assert verdict.is_accepted
    assert not verdict.warnings


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "at least 6"),
        ("patd", "at least 6"),
        ("x" * 61, "at most 60"),
        ("pat#doe", "“#” is not allowed"),
        ("pat&doe", "“&” is not allowed"),
        ("pat doe", "a space is not allowed"),
        ("pat.doe", "“.” is not allowed"),
        ("pat_doe", "“_” is not allowed"),
        ("pat@sunny.example", "“@” is not allowed"),
        ("pätdoe", "“ä” is not allowed"),
        ("patdoe٧٧", "“٧” is not allowed"),
        ("123456789", "Social Security"),
        ("pat123456789", "Social Security"),
        ("245381", "looks like a CCN"),
        ("24T381", "looks like a CCN"),
        ("24ta81", "looks like a CCN"),
        ("24e123", "looks like a CCN"),
        ("A01234", "looks like a CCN"),
        ("24q1234567", "looks like a CCN"),
        ("sunnyhillcare", "name of a provider"),
    ],
)
def test_refused(typed: str, reason: str) -> None:
    verdict = judge(typed)
    assert not verdict.is_accepted
    assert any(reason in said for said in verdict.reasons), verdict.reasons


def test_all_reasons_are_given_at_once() -> None:
    assert len(judge("p#").reasons) == 2


def test_ten_digits_are_no_social_security_number() -> None:
    assert judge("pat1234567890").is_accepted


def test_part_of_a_name_is_warned_about() -> None:
    verdict = judge("patsunny")
    assert verdict.is_accepted
    assert verdict.warnings == ["This is part of the name of a provider."]


def test_taken_in_whatever_case() -> None:
    person("patdoe77")
    assert judge("PATDOE77").reasons == ["This User ID is taken. Choose another one."]


@given(st.text(max_size=70))
def test_what_is_accepted_can_be_stored(typed: str) -> None:
    verdict = judge(typed)
    if verdict.is_accepted:
        assert verdict.user_id == normalized(typed)
        assert verdict.user_id.isascii()
        assert verdict.user_id.isalnum()
        assert verdict.user_id == verdict.user_id.lower()
        assert 6 <= len(verdict.user_id) <= 60
