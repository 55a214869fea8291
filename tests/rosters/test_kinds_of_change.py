"""Real changes apart from providers that another list names already."""

from __future__ import annotations

import pytest
from django.test import Client

from providers.models import Provider
from tests import builders as make
from tests.pages.browsing import browser_of, words
from tests.rosters.builders import compared, known, row, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return browser_of(make.reviewer("creviewer7"))


def shown(browser: Client, url: str) -> list[str]:
    return [line.difference.ccn for line in browser.get(url).context["page"].lines]


def test_real_changes_come_first_and_by_field(browser: Client) -> None:
    same = rows(3)
    known(*same, row("016000"), row("016001"))
    Provider.objects.filter(ccn__in=["015000", "015001", "016001"]).update(
        listed_in=["nh_provider_info"]
    )
    moved = row("016000", CITY="SELMA")
    named = row("016001", NURSING_HOME_PROVIDER_NAME="OTHER NAME")
    upload = compared(*same, moved, named, name="SNF_Enrollments_2026.07.31.csv")
    url = upload.get_absolute_url()
    page = browser.get(url)
    assert shown(browser, url) == ["016000", "016001"]
    assert shown(browser, f"{url}?what=listed") == ["015000", "015001"]
    assert shown(browser, f"{url}?what=changed&field=address") == ["016000"]
    assert shown(browser, f"{url}?what=changed&field=name") == ["016001"]
    assert shown(browser, f"{url}?what=changed&field=junk") == ["016000", "016001"]
    figures = {each.code: each.number for each in page.context["figures"].all}
    assert (figures["changed"], figures["listed"]) == (2, 2)
    assert "Known from another list, all the same" in words(page)
    assert [(each.label, each.number) for each in page.context["page"].choices] == [
        *(("All changes", 2), ("Name", 1), ("Address", 1)),
    ]


def test_the_day_of_the_file_is_said_before_it_is_accepted(browser: Client) -> None:
    dated = compared(*rows(2), name="SNF_Enrollments_2026.07.31.csv")
    page = words(browser.get(dated.get_absolute_url()))
    assert "The file speaks of July 31, 2026." in page
    undated = compared(*rows(2), name="list.csv")
    assert "does not say of which day" in words(browser.get(undated.get_absolute_url()))
