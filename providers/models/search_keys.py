"""What a name becomes before it is compared: in the database, and the same in Python.

Case, accents, punctuation and spacing carry no meaning to somebody who looks for a home.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.db.models import CharField, Expression, F, Func, TextField, Value
from django.db.models.functions import Concat, Lower, Replace

_ACCENTED: Final = "áàâäãåéèêëíìîïóòôöõúùûüñç"
_PLAIN: Final = "aaaaaaeeeeiiiiooooouuuunc"
_SILENT: Final = "['’‘`.]"
_NOT_WORD: Final = "[^a-z0-9]+"
_LEGAL_FORM: Final = r"[ ,]+(inc|incorporated|l ?l ?c|l ?l ?p|l ?p|p ?c|corp|corporation|co|ltd)$"
_ARTICLE: Final = "^the "


def words(text: str) -> str:
    """ "ST. MARY'S  HOME, INC." becomes "st marys home inc"."""
    plain = text.lower().translate(str.maketrans(_ACCENTED, _PLAIN))
    return re.sub(_NOT_WORD, " ", re.sub(_SILENT, "", plain))


def squeezed(text: str) -> str:
    """ "The Burns  Nursing Home, Inc." becomes "burnsnursinghome"."""
    core = re.sub(_LEGAL_FORM, "", words(text).strip())
    return re.sub(_NOT_WORD, "", re.sub(_ARTICLE, "", core))


def words_expression(*fields: str) -> Expression:
    """The same as `words`, over the fields' values with a space between."""
    parts: list[Any] = []
    for field in fields:
        parts += [F(field), Value(" ")]
    plain = Func(
        Lower(Concat(*parts, output_field=TextField())),
        Value(_ACCENTED),
        Value(_PLAIN),
        function="translate",
        output_field=TextField(),
    )
    return _without(_without(plain, _SILENT, ""), _NOT_WORD, " ")


def squeezed_expression(field: str) -> Expression:
    """The same as `squeezed`, over one field."""
    trimmed = Func(words_expression(field), function="btrim", output_field=TextField())
    core = _without(_without(trimmed, _LEGAL_FORM, ""), _ARTICLE, "")
    return Replace(core, Value(" "), Value(""), output_field=CharField())


def search_expression() -> Expression:
    """Every word a provider is known by, then its name and city without spaces."""
    return Concat(
        words_expression("name", "doing_business_as", "legal_name", "city"),
        squeezed_expression("name"),
        Value(" "),
        squeezed_expression("city"),
        output_field=TextField(),
    )


def _without(text: Expression, pattern: str, replacement: str) -> Expression:
    return Func(
        text,
        Value(pattern),
        Value(replacement),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
