"""The form for several CCNs as a browser sends it, step by step."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from tests.groups.builders import FORM

NEW = "/requests/many/"
VIEWER, SUBMITTER, PSO = "assessment_viewer", "assessment_submitter", "pso"


def send(client: Client, step: str, ccns: str = "", **said: Any) -> Any:
    roles = said.pop("roles", [VIEWER])
    return client.post(NEW, {**FORM, "ccns": ccns, "roles": roles, "step": step, **said})


def key_of(response: Any) -> str:
    found = re.search(r'name="form_key" value="([^"]+)"', response.content.decode())
    assert found
    return found[1]


def good_of(response: Any) -> str:
    found = re.search(r'name="good" value="([^"]*)"', response.content.decode())
    assert found
    return found[1]


def submit(client: Client, reviewed: Any, **said: Any) -> Any:
    known = {"form_key": key_of(reviewed), "good": good_of(reviewed)}
    return send(client, "submit", **{**known, **said})
