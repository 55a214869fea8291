"""The design system's boxes that hold other markup. They are builtins: no {% load %} needed.

    {% summary_box _("Who decides this") %} … {% endsummary_box %}
    {% card _("Your providers") %} … {% endcard %}
    {% alert "warning" _("This can never change") %} … {% endalert %}

Boxes without markup inside are plain includes from templates/components/.
"""

from __future__ import annotations

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

register = template.Library()

ALERT_KINDS = {"info", "success", "warning", "error"}


@register.simple_block_tag(end_name="endsummary_box")
def summary_box(content: str, heading: str, level: int = 2) -> str:
    """What a person must know before reading on, with a heading of the given level."""
    return _box("components/summary_box.html", content, heading=heading, level=level)


@register.simple_block_tag(end_name="endcard")
def card(content: str, heading: str = "", level: int = 2, css: str = "") -> str:
    """A framed part of a page. css: a class of portal.css, such as portal-card--accent."""
    return _box("components/card.html", content, heading=heading, level=level, css=css)


@register.simple_block_tag(end_name="endalert")
def alert(content: str, kind: str = "info", heading: str = "", level: int = 2) -> str:
    """An alert with markup inside; components/alert.html is the one for a sentence."""
    if kind not in ALERT_KINDS:
        raise template.TemplateSyntaxError(f"No such kind of alert: {kind}")
    return _box(
        "components/alert.html", content, kind=kind, heading=heading, level=level, is_block=True
    )


def _box(template_name: str, content: str, **context: object) -> str:
    # The content comes out of Django's own renderer, which has escaped what needed it.
    return render_to_string(template_name, {"content": mark_safe(content), **context})  # noqa: S308
