"""No type of line is written anywhere in the code that the audit search has no words for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from access_requests.audit_search import words
from access_requests.models import DeskEvent, EventType

APPS = ("accounts", "providers", "access_requests", "iqies_portal")
WRITERS = {"record", "_record", "Line", "record_each", "record_of_role"}


def test_every_type_written_in_the_code_has_words() -> None:
    written, beginnings = set(), set()
    for call in _calls():
        for said in _types_in(call):
            if isinstance(said, ast.JoinedStr):
                beginnings.add(str(said.values[0].value))  # type: ignore[attr-defined]
            elif isinstance(said, ast.Constant):
                written.add(str(said.value))
    assert {"signed_in", "roster_imported", "email_bounced"} <= written
    assert beginnings == {"factor_reset_", "second_factor_"}
    assert written - set(words.ALL) == set(), "new types: write words for them"
    for beginning in beginnings:
        assert any(each.startswith(beginning) for each in words.ALL)


def _calls() -> Iterator[ast.Call]:
    for app in APPS:
        for file in sorted(Path(settings.BASE_DIR, app).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and _name(node) in WRITERS:
                    yield node


def _name(call: ast.Call) -> str:
    named = call.func
    return named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")


def _types_in(call: ast.Call) -> Iterator[ast.expr]:
    """Texts like those of types, first or second in the call, or named so; of a choice, both."""
    named = [each.value for each in call.keywords if each.arg in {"type", "type_"}]
    for argument in [*call.args[:2], *named]:
        for said in (
            [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
        ):
            is_text = isinstance(said, ast.Constant) and isinstance(said.value, str)
            if is_text and re.fullmatch(r"[a-z]+(_[a-z]+)+", said.value):  # type: ignore[attr-defined]
                yield said
            elif isinstance(said, ast.JoinedStr) and said is argument and call.args[:1] == [said]:
                yield said


def test_every_type_of_the_lists_has_words_and_one_group() -> None:
    for each in (*EventType, *DeskEvent):
        assert words.ALL[each.value] == each.label
    grouped = [type_ for _label, types in words.GROUPS.values() for type_ in types]
    assert sorted(grouped) == sorted(words.ALL)


def test_choices_stand_for_types() -> None:
    for _label, options in words.choices():
        for value, _words in options:  # type: ignore[attr-defined]
            assert words.types_of(value), value
    assert words.types_of("group:nothing") == words.types_of("nothing") == ()
    assert words.of("some_new_type") == "Some new type"
