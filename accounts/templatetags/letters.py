"""`{{ person|without_links }}` in the words of a letter."""

from __future__ import annotations

from django import template

from accounts.letter_words import without_links

register = template.Library()
register.filter("without_links", without_links)
