"""What a name becomes before it is compared: in the database, and the same in Python.

Case, accents, punctuation and spacing carry no meaning to somebody who looks for a home. The
database's half are two SQL functions (migration 0001) made of replace(): translate() and regular
expressions made the import of the country several times slower.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.db.models import CharField, Expression, F, Func, TextField, Value
from django.db.models.functions import Concat

# CMS's own files write an upside-down question mark where a character was lost: JOHN¿S.
_SILENT: Final = dict.fromkeys("'’`.¿", "")
_BREAKS: Final = dict.fromkeys(',&-–/()#"+@:;', " ")
_ACCENTS: Final = {"á": "a", "é": "e", "í": "i", "ñ": "n", "ó": "o", "ú": "u", "ü": "u"}
_REPLACED: Final = str.maketrans(_SILENT | _BREAKS | _ACCENTS)
# What no column of text can hold, though a browser or a terminal may send it.
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")


def words(text: str) -> list[str]:
    """ "ST. MARY'S-Home" becomes st, marys, home."""
    return _NO_TEXT.sub(" ", text).lower().translate(_REPLACED).split()


def squeezed(text: str) -> str:
    """ "St. Mary's  Home" becomes "stmaryshome"."""
    return "".join(words(text))


def search_expression() -> Expression:
    """Every word a provider is known by, then its name and city without spaces."""
    parts: list[Any] = []
    for field in ("name", "doing_business_as", "legal_name", "city"):
        parts += [F(field), Value(" ")]
    return Concat(
        Func(
            Concat(*parts, output_field=TextField()),
            function="provider_words",
            output_field=TextField(),
        ),
        squeezed_expression("name"),
        Value(" "),
        squeezed_expression("city"),
        output_field=TextField(),
    )


def squeezed_expression(field: str) -> Expression:
    return Func(F(field), function="provider_squeezed", output_field=CharField())
