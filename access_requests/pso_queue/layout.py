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


class _Names:
    """Whatever a template asks of it, it answers with the name in braces."""

    def __getitem__(self, name: str) -> SafeString:
        return mark_safe(f"{{{name}}}")  # noqa: S308 - a name in the template itself


def fill(template: str, values: Mapping[str, object]) -> SafeString:
    """`{{ row.person }}` in the template takes values["person"]."""
    return fill_all(template, [values])


def fill_all(template: str, rows: Iterable[Mapping[str, object]]) -> SafeString:
    """What is not marked as safe is escaped."""
    layout = _layout(template, get_language())
    filled = [
        layout.format_map({name: _escaped(value) for name, value in row.items()}) for row in rows
    ]
    return mark_safe("".join(filled))  # noqa: S308 - each value has been escaped


def _escaped(value: object) -> str:
    text = str(value)
    return text if isinstance(value, SafeString) or not _SPECIAL.search(text) else escape(text)


@lru_cache(maxsize=64)
def _layout(template: str, language: str | None) -> str:
    return render_to_string(template, {"row": _Names()})
