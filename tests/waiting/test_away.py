"""While everybody who can decide is away, whoever waits reads on each page until when, and on which
days reminders really go."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine
from django.utils import timezone

from access_requests.models import Reminder
from access_requests.waiting import absences, reminding
from providers.models import Provider
from tests import builders as make
from tests.waiting.test_page import FRIDAY, on, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Provider:
    return make.provider(name="BURNS NURSING HOME")


def schedule(page: str) -> list[str]:
    """The steps beside the drawing, in words."""
    [line] = re.findall(r'<ol class="portal-wait__steps">(.*?)</ol>', page)
    return [
        " ".join(re.sub(r"<[^>]*>", " ", each).split())
        for each in re.findall(r"<li>(.*?)</li>", line)
    ]


OVER = "Not sent: everybody is away"


@pytest.mark.parametrize(
    ("last_days", "said", "marks", "sent"),
    [
        # Somebody is there: everything on its day. Wednesday, the 11th, is Veterans Day.
        ([12], ["Nov 10 First reminder", "Nov 16 Second reminder"], "2 5 10", {2: 10, 5: 16}),
        # Back before the second: the first goes on the morning after, over the holiday.
        ([12, 10], ["Nov 12 First reminder", "Nov 16 Second reminder"], "5 10", {2: 12, 5: 16}),
        # Back when five days are over: told once, as of five.
        ([14, 13], [f"Nov 10 First reminder {OVER}", "Nov 16 Second reminder"], "5 10", {5: 16}),
        ([19, 17], [f"Nov 10 First reminder {OVER}", "Nov 18 Second reminder"], "10", {5: 18}),
    ],
)
def test_the_reminders_stand_on_the_days_on_which_they_go(
    home: Provider, last_days: list[int], said: list[str], marks: str, sent: dict[int, int]
) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        there = [make.pso(home) for _ in range(2)]
        asked = make.submit(make.person(), home)
        for pso, day in zip(there, last_days, strict=False):
            absences.name(pso, date(2026, 11, 6), date(2026, 11, day))
        page = page_of(asked, asked.requester)
    assert schedule(page) == [*said, "Nov 23 The Service Center can help"]
    assert re.findall(r'text-anchor="middle">(\d+)<', page) == marks.split()
    for day in range(7, 24):
        with on(11, day):
            reminding.run()
    took_place = Reminder.objects.values_list("step", "at")
    assert {step: timezone.localdate(at).day for step, at in took_place} == sent
    # Afterwards it stands on the day on which it went.
    with on(11, 23):
        done = [each for each in schedule(page_of(asked, asked.requester)) if "Done" in each]
    assert [int(each.split()[1]) for each in done] == list(sent.values())
