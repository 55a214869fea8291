"""The words of a letter: a template whose first line is the subject.

What a stranger wrote of themselves stands in letters to people who never asked for one. It is no
way to send them links: templates put it through the filter `without_links`.
"""

from __future__ import annotations

import re
from typing import Final

from django.template.loader import render_to_string

# The last three are full stops of other scripts: a browser takes each for one in an address.
_DOT_IN_A_WORD: Final = re.compile(r"([.．。｡])(?=\w)")


def words_of(template: str, **context: object) -> tuple[str, str]:
    """Subject and body."""
    subject, _, body = render_to_string(template, context).strip().partition("\n")
    return subject.strip(), body.strip()


def without_links(text: object) -> str:
    """No mail program makes a link of it."""
    return _DOT_IN_A_WORD.sub(r"\1 ", str(text).replace("://", ": "))
