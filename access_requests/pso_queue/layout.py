"""A row's template, rendered once and then only filled in.

Django's templates take some microseconds for each value, each word to translate and each
include; a list of 25 rows with a dozen values each would cost more than all else on its page. So
the template of a row is rendered once for each language, with a name in braces where a value
goes; each row then puts its values there, escaped as a template escapes them. Such a template
knows no conditions: what a row may or may not have is a layout of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Looking for one is faster than replacing each.
_SPECIAL: Final = re.compile("[&<>\"']")
_NEED_NO_LOOK: Final = frozenset({int, SafeString})


class _Names:
    """Whatever a template asks of it, it answers with the name in braces."""

    def __getitem__(self, name: str) -> SafeString:
        return mark_safe(f"{{{name}}}")  # noqa: S308 - a name in the template itself


def fill(template: str, values: Mapping[str, object]) -> SafeString:
    """`{{ row.person }}` in the template takes values["person"]."""
    return fill_all(template, [values])


def fill_all(template: str, rows: Iterable[Mapping[str, object]]) -> SafeString:
    """What is not marked as safe is escaped."""
    filler = Filler(template)
    return mark_safe("".join(map(filler.fill, rows)))  # noqa: S308 - each has been escaped


class Filler:
    """For one page: the layout in its language is asked for once."""

    def __init__(self, template: str) -> None:
        self._layout = _layout(template, get_language())

    def fill(self, row: Mapping[str, object]) -> SafeString:
        filled = self._layout.format_map(row if _is_safe(row) else _all_escaped(row))
        # Each value has been escaped. mark_safe() takes longer than the filling.
        return SafeString(filled)


def _is_safe(row: Mapping[str, object]) -> bool:
    """Most rows have nothing that needs escaping: one look at all their values together."""
    values = row.values()
    texts = [each for each in values if type(each) is str]
    others = (type(each) for each in values if type(each) is not str)
    return _NEED_NO_LOOK.issuperset(others) and not _SPECIAL.search("\0".join(texts))


def _all_escaped(row: Mapping[str, object]) -> Mapping[str, object]:
    return {name: _escaped(value) for name, value in row.items()}


def _escaped(value: object) -> str:
    text = str(value)
    return text if isinstance(value, SafeString) or not _SPECIAL.search(text) else escape(text)


@lru_cache(maxsize=64)
def _layout(template: str, language: str | None) -> str:
    return render_to_string(template, {"row": _Names()})
