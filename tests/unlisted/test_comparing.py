"""What a report of a missing provider may mean, and that it is compared before the report ends."""

from __future__ import annotations

import pytest
from django.test import Client

from access_requests.unlisted import machine_help
from tests import builders as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(make.reviewer("creyes7"))
    return client


def test_list_and_page_offer_the_same_likely_providers_and_no_strangers(desk: Client) -> None:
    make.provider("015998", name="QUIET HARBOUR", city="MOBILE")
    make.provider("015997", name="PINE MANOR", city="DOTHAN")
    # Harbor and Mobile are words of the report; the Floridian number is one slip away.
    make.provider("015100", name="HARBOR LIGHT REHABILITATION", city="HUNTSVILLE")
    make.provider("105999", name="OCALA OAKS", city="OCALA", state="FL")
    twin = make.provider("105998", name="QUIET HARBOR", city="OCALA", state="FL")
    report = make.unlisted(make.person(), typed="015999")
    [in_list] = machine_help.of([report])
    assert [each.ccn for each in in_list.likely] == ["015998"]
    assert machine_help.of_one(report).likely == in_list.likely
    other = machine_help.of_one(make.unlisted(make.person(), typed="105999"))
    assert [each.ccn for each in other.likely] == ["015998", "105999"], "the very number last"
    page = desk.get(report.get_absolute_url()).content.decode()
    assert "Similar number or name" in page
    assert "015998" in page
    assert "OCALA" not in page.upper()
    near = machine_help.of_one(make.unlisted(make.person(), typed="015989")).likely
    assert twin not in near


def test_a_likely_provider_is_compared_before_the_report_ends(desk: Client) -> None:
    make.provider("015998", name="QUIET HARBOUR", city="MOBILE")
    report = make.unlisted(make.person(), typed="015999")
    also = make.unlisted(make.person(), typed="015999")
    for said in ({"compare": "015998"}, {"compare": "typed", "roster-ccn": "015998"}):
        asked = desk.post(f"{report.get_absolute_url()}on-roster/", {"also": [also.pk], **said})
        report.refresh_from_db()
        page = asked.content.decode()
        assert asked.status_code == 200
        assert report.is_open
        assert "Is it the same provider?" in page
        assert f'name="also" value="{also.pk}"' in page
    assert (
        desk.post(
            f"{report.get_absolute_url()}on-roster/", {"chosen": "015998", "also": [also.pk]}
        ).status_code
        == 302
    )
    report.refresh_from_db()
    also.refresh_from_db()
    assert (report.is_open, also.is_open) == (False, False)
