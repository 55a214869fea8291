"""Corporate email (rule 5): which domains are personal, and what a person is told on the page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from access_requests import personal_domains
from access_requests.models import AccessRequest
from access_requests.personal_domains import is_personal
from accounts.models import User
from tests import builders as make

# What people at home use, of mail services and of internet providers. Decision 9
# says which others no list knows.
PERSONAL = """
gmail.com googlemail.com yahoo.com ymail.com outlook.com hotmail.com live.com msn.com aol.com
aim.com icloud.com me.com mac.com privaterelay.appleid.com proton.me protonmail.com pm.me
tutanota.com tuta.com hey.com fastmail.com zoho.com mail.com gmx.com juno.com netzero.net
comcast.net att.net sbcglobal.net bellsouth.net pacbell.net ameritech.net swbell.net verizon.net
cox.net charter.net spectrum.net rr.com twc.com optonline.net optimum.net suddenlink.net
cableone.net mchsi.com wowway.com rcn.com centurylink.net centurytel.net embarqmail.com
windstream.net frontier.com frontiernet.net tds.net fuse.net earthlink.net mindspring.com
hughes.net gci.net ptd.net atlanticbb.net acsalaska.net hawaiiantel.net duck.com mailinator.com
""".split()
CORPORATE = """
sunrise-care.example genesishcc.com ensigngroup.net lcca.com pruitthealth.com brookdale.com
good-sam.com kindredhealthcare.com consulatehc.com amedisys.com upmc.edu ohsu.edu columbia.edu
umich.edu va.gov cms.hhs.gov state.al.us ascension.org providence.org kp.org mayo.edu
""".split()
ATTESTED = replace(make.EMPLOYED, attests_no_corporate_email=True, attests_small_organization=True)


@pytest.mark.parametrize("domain", PERSONAL)
def test_personal(domain: str) -> None:
    assert is_personal(domain)


@pytest.mark.parametrize("domain", CORPORATE)
def test_corporate(domain: str) -> None:
    assert not is_personal(domain)


@pytest.mark.parametrize(
    "domain", ["GMAIL.COM", " gmail.com ", "gmail.com.", "us.yahoo.com", "x.y.mailinator.com"]
)
def test_however_it_is_spelled_and_below_it(domain: str) -> None:
    assert is_personal(domain)


@pytest.mark.parametrize(
    "domain",
    [
        *("mail.sunrise-care.example", "gmail.com.sunrise-care.example", "notgmail.com"),
        # Below a registry everybody has a domain of their own.
        *("clinic.com.ar", "com.ar", "com", "", "localhost", "gmail", "x" * 70 + ".example"),
    ],
)
def test_what_only_looks_like_it_is_not(domain: str) -> None:
    assert not is_personal(domain)


def test_a_domain_in_another_script_is_one_domain(settings: LazySettings) -> None:
    settings.EXTRA_PERSONAL_DOMAINS = frozenset({"xn--bcher-kva.example"})
    assert is_personal("Bücher.example")
    assert is_personal("xn--BCHER-kva.example")


def test_cms_adds_what_the_lists_miss_and_takes_out_what_they_hold_wrongly(
    settings: LazySettings,
) -> None:
    assert not is_personal("valley-cable.example")
    settings.EXTRA_PERSONAL_DOMAINS = frozenset({"valley-cable.example"})
    assert is_personal("mail.valley-cable.example")
    settings.CORPORATE_DOMAINS = frozenset({"rn.com", "corp.gmail.com"})
    assert not is_personal("rn.com")
    assert not is_personal("corp.gmail.com")
    assert is_personal("gmail.com")


def test_without_its_list_it_says_what_to_do(settings: LazySettings, tmp_path: Path) -> None:
    settings.EMAIL_PROVIDERS_FILE = tmp_path / "missing.json"
    with pytest.raises(ImproperlyConfigured, match="npm ci"):
        personal_domains._of_providers()


def form(client: Client, ccn: str) -> tuple[int, str]:
    response = client.post(
        reverse("access_requests:new"),
        {
            "ccn": ccn,
            "role": "pso",
            "affiliation": "employed",
            "job_title": "Administrator",
            "employer": "Sunrise Care LLC",
            "administrator_name": "Ada Winter",
            "administrator_contact": "(555) 010-0100",
            "attests_small_organization": "on",
            "attests_no_corporate_email": "on",
        },
    )
    return response.status_code, response.content.decode()


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.django_db
def test_the_third_ccn_is_refused_with_the_ways_out() -> None:
    person = make.person(email="nurse@centurylink.net")
    client = signed_in(person)
    for _ in range(2):
        assert form(client, make.provider().ccn)[0] == 302
    status, page = form(client, make.provider().ccn)
    assert status == 422
    assert "at most two CCNs" in page
    assert "Withdraw another request" in page
    assert f'href="{reverse("account_email")}"' in page
    assert f'href="{reverse("access_requests:list")}"' in page
    assert AccessRequest.objects.filter(requester=person).count() == 2


@pytest.mark.django_db
def test_so_is_a_home_of_a_large_chain_and_other_errors_say_nothing_of_addresses() -> None:
    client = signed_in(make.person(email="nurse@gmail.com"))
    _, homes = make.chain(3)
    status, page = form(client, homes[0].ccn)
    assert status == 422
    assert "Use your corporate email address" in page
    assert "What you can do" in page
    assert "Withdraw another request" not in page
    assert "What you can do" not in form(client, "not a ccn")[1]


@pytest.mark.django_db
def test_what_was_attested_is_kept_with_the_request() -> None:
    client = signed_in(make.person(email="nurse@gmail.com"))
    form(client, make.provider().ccn)
    filed = AccessRequest.objects.get()
    assert filed.attests_no_corporate_email
    assert filed.attests_small_organization
    filed = make.submit(make.person(), make.provider())
    assert not filed.attests_no_corporate_email


@pytest.mark.django_db
def test_two_pso_ccns_and_a_working_role_at_a_third() -> None:
    person = make.person(email="nurse@spectrum.net")
    for code in ("pso", "pso", "assessment_viewer"):
        make.submit(person, make.provider(), code, ATTESTED)
    assert AccessRequest.objects.filter(requester=person).count() == 3
