"""What is rendered once and filled in: escaped, for each value anew, of no other page."""

from __future__ import annotations

from django.template import engines


def rendered(markup: str, *contexts: dict[str, object]) -> list[str]:
    template = engines["django"].from_string("{% load once %}" + markup)
    return [template.render(each) for each in contexts]


def test_each_value_is_put_in_its_place_escaped() -> None:
    markup = "{% filled_in who=person %}{{ who }}, {n}{% endfilled_in %}"
    people: list[dict[str, object]] = [{"person": "Ada"}, {"person": "<b>O'Brien</b>"}]
    assert rendered(markup, *people) == ["Ada, {n}", "&lt;b&gt;O&#x27;Brien&lt;/b&gt;, {n}"]


def test_what_is_named_after_for_may_be_asked_for() -> None:
    markup = "{% filled_in for n=unread %}{% if n %}{{ n }} unread{% endif %}{% endfilled_in %}"
    assert rendered(markup, {"unread": 0}, {"unread": 2}, {"unread": 0}) == ["", "2 unread", ""]


def test_nothing_else_of_the_page_is_known_inside() -> None:
    markup = "{% filled_in who=person %}{{ who }}{{ secret }}{% endfilled_in %}"
    assert rendered(markup, {"person": "Ada", "secret": "x"}) == ["Ada"]
