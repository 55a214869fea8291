"""What cannot be read is found again in the pasted list: by the number of its line."""

from __future__ import annotations

import re
from typing import Any

import pytest

from access_requests.groups import reading
from tests import builders as make
from tests.groups.builders import signed_in
from tests.groups.sending import good_of, send


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("015009\n\n\n4.40E+233\n015010", {"015009": 1, "4.40E+233": 4, "015010": 5}),
        ("015009\r\n4.40E+233, 15010\r\n", {"015009": 1, "4.40E+233": 2, "15010": 2}),
        ("\n4.40E+233\n015009\n4.40E+233", {"4.40E+233": 2, "015009": 3}),
        ("Name\tCCN\n\nOak\t4.40E+233\nElm\t015009", {"4.40E+233": 3, "015009": 4}),
        ("Oak\t4.40E+233\n\nElm\tmanor", {"Oak\t4.40E+233": 1, "Elm\tmanor": 3}),
    ],
    ids=["blank lines", "two on a line", "twice", "under a heading", "columns without a CCN"],
)
def test_the_line_on_which_each_stands_first(text: str, lines: dict[str, int]) -> None:
    assert reading.counted_entries(text, 500).lines == lines


def labels_of(response: Any) -> list[str]:
    found = re.findall(r'for="line-\d+">([^<]+)</label>', response.content.decode())
    return [" ".join(each.split()) for each in found]


@pytest.mark.django_db
def test_the_answer_says_the_line_and_goes_on_saying_it() -> None:
    """Once one of them is corrected the other one is still that of the pasted list."""
    good, other = make.provider().ccn, make.provider().ccn
    client = signed_in(make.person())
    pasted = f"{good}\n\n4.40E+233\nOak Manor 12\n"
    answered = send(client, "review", pasted)
    assert labels_of(answered) == [
        "Line 3: correct “4.40E+233”",
        "Line 4: correct “Oak Manor 12”",
    ]
    corrected = {"line": [other, "Oak Manor 12"], "at": ["3", "4"], "good": good_of(answered)}
    answered = send(client, "check", **corrected)
    assert labels_of(answered) == ["Line 4: correct “Oak Manor 12”"]
    damaged = {"line": ["Oak Manor 12", "4.40E+233"], "at": ["x"], "good": ""}
    answered = send(client, "check", **damaged)
    assert labels_of(answered) == ["Correct “Oak Manor 12”", "Correct “4.40E+233”"]


@pytest.mark.django_db
def test_a_list_of_one_line_has_no_numbers() -> None:
    answered = send(signed_in(make.person()), "review", f"{make.provider().ccn}, 4.40E+233")
    assert labels_of(answered) == ["Correct “4.40E+233”"]


@pytest.mark.django_db
def test_a_form_that_lacks_something_says_the_line_too() -> None:
    """As the list stands there; on the page of answers the lines are others."""
    good = make.provider().ccn
    client = signed_in(make.person())
    page = send(client, "review", f"{good}\n4.40E+233", job_title="").content.decode()
    assert "Line 2, “4.40E+233”: " in page
    sent = {"good": good, "line": ["4.40E+233"], "at": ["7"], "job_title": ""}
    page = send(client, "check", f"{good}\n4.40E+233", **sent).content.decode()
    assert "“4.40E+233”: " in page
    assert "Line 7" not in page
