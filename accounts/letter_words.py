"""The words of a letter: a template whose first line is the subject."""

from __future__ import annotations

from django.template.loader import render_to_string


def words_of(template: str, **context: object) -> tuple[str, str]:
    """Subject and body."""
    subject, _, body = render_to_string(template, context).strip().partition("\n")
    return subject.strip(), body.strip()
