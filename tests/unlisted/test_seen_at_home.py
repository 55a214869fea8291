"""Where the people concerned see that a provider is missing, and by which phone CMS calls it."""

from __future__ import annotations

import pytest
from django.test import Client

from access_requests.unlisted import reporting
from tests import builders as make

pytestmark = pytest.mark.django_db


def test_a_report_that_waits_stands_on_its_reporters_home() -> None:
    nurse = make.person()
    make.unlisted(make.person(), name="Somebody Else’s Home")
    report = make.unlisted(nurse)
    client = Client()
    client.force_login(nurse)
    page = client.get("/").content.decode()
    assert report.get_absolute_url() in page
    assert "CMS is looking into it" in page
    assert "Somebody Else" not in page
    reporting.take_back(report.pk, by=nurse)
    assert report.get_absolute_url() not in client.get("/").content.decode()


def test_cms_reads_the_phone_of_record_on_a_providers_page() -> None:
    home = make.provider(phone="2055550123")
    client = Client()
    for person, sees in ((make.reviewer(), True), (make.person(), False)):
        client.force_login(person)
        assert ("2055550123" in client.get(home.get_absolute_url()).content.decode()) == sees
