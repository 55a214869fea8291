"""The database and Python must make the same of a name, or nothing would be found."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.models import search_keys
from providers.models.search_keys import squeezed, words
from tests import builders

pytestmark = pytest.mark.django_db


def in_database(function: str, text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [text])
        return str(cursor.fetchone()[0])


# Letters whose lower case is another number of letters are beyond CMS's Windows-1252.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(alphabet="ABZ abz019'’`.¿,&-–/()#\"+@:;áÉíÑóúÜ%_\\"))
def test_both_say_the_same(text: str) -> None:
    assert in_database("provider_words", text).split() == words(text)
    assert in_database("provider_squeezed", text) == squeezed(text)


def test_every_replaced_character_is_in_both() -> None:
    text = "x".join(map(chr, search_keys._REPLACED))
    assert in_database("provider_words", text).split() == words(text)


def test_the_columns_follow_the_row() -> None:
    provider = builders.provider(name="ST. MARY'S  Home", city="FUQUAY-VARINA", legal_name="M LLC")
    provider.refresh_from_db()
    assert provider.squeezed_name == "stmaryshome"
    assert provider.search_text.split() == [
        *("st", "marys", "home", "m", "llc", "fuquay", "varina"),
        *("stmaryshome", "fuquayvarina"),
    ]
