"""What is the same on every page is rendered once in each process, for each language.

    {% load once %}{% once %} … {% endonce %}

For markup that depends on nothing but settings and the language: links to the style sheets, words
of the frame. Nothing of a person, of a request or of a setting that a page may lack belongs in it.

    {% filled_in person=user.username %} … {{ person }} … {% endfilled_in %}
    {% filled_in person=user.username for unread=unread_notices %} … {% endfilled_in %}

What differs is named and put in its place each time, escaped; the rest is rendered once. What
stands after "for" has few values: the markup is rendered once for each of them, and may ask for
them. It knows no other names, so that nothing of one page can be kept for another.
"""

from __future__ import annotations

from typing import Any, Final

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()


class OnceNode(template.Node):
    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self._rendered: dict[str | None, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        language = get_language()
        if language not in self._rendered:
            self._rendered[language] = self.nodelist.render(context)
        return self._rendered[language]


@register.tag
def once(parser: Parser, token: Token) -> OnceNode:
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return OnceNode(nodelist)


# No page has it: the database and the forms refuse it.
_HOLE: Final = "\0"
_MOST_KEPT: Final = 500


class FilledInNode(template.Node):
    child_nodelists = ("nodelist",)

    def __init__(
        self,
        nodelist: NodeList,
        filled: dict[str, FilterExpression],
        given: dict[str, FilterExpression],
    ) -> None:
        self.nodelist = nodelist
        self._filled = filled
        self._given = given
        # The markup, and every other one the name of what goes there.
        self._pieces: dict[tuple[Any, ...], list[str]] = {}

    def render(self, context: template.Context) -> SafeString:
        given = {name: each.resolve(context) for name, each in self._given.items()}
        key = (get_language(), *map(_as_key, given.values()))
        pieces = self._pieces.get(key)
        if pieces is None:
            if len(self._pieces) >= _MOST_KEPT:
                self._pieces.clear()
            pieces = self._pieces[key] = self._rendered(context, given)
        values = {
            name: conditional_escape(each.resolve(context)) for name, each in self._filled.items()
        }
        filled = pieces.copy()
        filled[1::2] = [values[name] for name in pieces[1::2]]
        return mark_safe("".join(filled))  # noqa: S308 - what is filled in has been escaped

    def _rendered(self, context: template.Context, given: dict[str, Any]) -> list[str]:
        holes = {name: mark_safe(f"{_HOLE}{name}{_HOLE}") for name in self._filled}  # noqa: S308
        return self.nodelist.render(context.new(holes | given)).split(_HOLE)


def _as_key(value: Any) -> object:
    """What is looked up late is looked up, and not kept."""
    return tuple(value) if isinstance(value, tuple) else str(value)


@register.tag
def filled_in(parser: Parser, token: Token) -> FilledInNode:
    words = token.split_contents()[1:]
    split = words.index("for") if "for" in words else len(words)
    filled, given = words[:split], words[split + 1 :]
    named = token_kwargs(filled, parser), token_kwargs(given, parser)
    if filled or given:
        raise template.TemplateSyntaxError("filled_in takes name=value, and for name=value")
    nodelist = parser.parse(("endfilled_in",))
    parser.delete_first_token()
    return FilledInNode(nodelist, *named)
