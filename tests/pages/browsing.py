"""A person's browser without the browser, and what a person reads on a page."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from accounts.models import User


def browser_of(user: User | None, **settings: Any) -> Client:
    client = Client(**settings)
    if user is not None:
        client.force_login(user)
    return client


def words(response: Any) -> str:
    """The page as it is read: no tags, one space where there was any space."""
    html = response.content.decode()
    html = re.sub(r"<(script|style|title)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split()).replace(" .", ".")


def field_error(response: Any, name: str) -> str:
    """The error that stands beside the field and is tied to it."""
    html = response.content.decode()
    control = re.search(rf'<(?:input|select|textarea)[^>]*\bname="{name}"[^>]*>', html)
    assert control, f"no field {name} on the page"
    found = re.search(rf'id="(id_{name}_error)"[^>]*>(.*?)</div>', html, re.DOTALL)
    if found is None:
        return ""
    is_tied = found[1] in control[0] or f'aria-describedby="{found[1]}' in html
    assert is_tied, f"the error of {name} is not tied to its field"
    said = " ".join(unescape(re.sub(r"<[^>]*>", " ", found[2])).split())
    return said.removeprefix("Error: ")


def value_of(response: Any, name: str) -> str:
    """What stands in a field."""
    html = response.content.decode()
    area = re.search(rf'<textarea[^>]*\bname="{name}"[^>]*>(.*?)</textarea>', html, re.DOTALL)
    if area:
        return unescape(area[1]).strip()
    chosen = re.search(rf'<select[^>]*\bname="{name}".*?</select>', html, re.DOTALL)
    if chosen:
        option = re.search(r'<option value="([^"]*)"[^>]*\bselected', chosen[0])
        return unescape(option[1]) if option else ""
    control = re.search(rf'<input[^>]*\bname="{name}"[^>]*>', html)
    assert control, f"no field {name} on the page"
    value = re.search(r'\bvalue="([^"]*)"', control[0])
    return unescape(value[1]) if value else ""
