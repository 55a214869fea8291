"""Whom an invitation is for: whoever else has its link is told so, and nothing is used up."""

from __future__ import annotations

import re

import pytest

from access_requests import workflow
from access_requests.models import AccessRequest, Invitation
from accounts.models import User
from providers.models import Provider
from tests import builders as make
from tests.invitations.builders import ADDRESS, invite, link_of
from tests.pages.browsing import browser_of, field_error, words

pytestmark = pytest.mark.django_db

FORM = {"job_title": "Nurse", "employer": "Sunrise Care LLC"}


def accept_url(by: User, *at: Provider, code: str = "assessment_submitter") -> str:
    return f"{link_of(invite(by, *at, code=code))}accept/"


def test_whoever_was_handed_the_link_goes_on_only_knowingly(home: Provider, pso: User) -> None:
    url = accept_url(pso, home)
    browser = browser_of(make.person("ottoo", full_name="Otto Other"))
    page = browser.get(url)
    assert "This invitation was sent to another address" in words(page)
    assert "you are signed in as Otto Other (ottoo)" in words(page)
    assert ADDRESS not in page.content.decode()
    refused = browser.post(url, FORM)
    assert refused.status_code == 422
    assert "they can still use it" in field_error(refused, "is_meant")
    assert ADDRESS not in refused.content.decode()
    assert Invitation.objects.get().is_open
    assert browser.post(url, FORM | {"is_meant": "on"}).status_code == 302


def test_the_invited_address_is_asked_nothing_more(home: Provider, pso: User) -> None:
    url = accept_url(pso, home)
    # However the address is written.
    browser = browser_of(make.person(email=ADDRESS.upper()))
    page = browser.get(url)
    assert "another address" not in words(page)
    assert 'name="is_meant"' not in page.content.decode()
    assert browser.post(url, FORM).status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_vendor_is_told_before_the_form_that_they_cannot_be_pso(
    home: Provider, pso: User, method: str
) -> None:
    vendor = make.person(email=ADDRESS)
    make.submit(vendor, home, "assessment_submitter", make.VENDOR)
    url = accept_url(pso, home, code="pso")
    page = getattr(browser_of(vendor), method)(url, FORM)
    assert page.status_code == {"get": 200, "post": 422}[method]
    assert "You cannot accept this invitation" in words(page)
    assert "A vendor at this CCN cannot be its PSO." in words(page)
    assert "The invitation is not used up" in words(page)
    assert 'name="job_title"' not in page.content.decode()
    assert Invitation.objects.get().is_open
    assert AccessRequest.objects.filter(requester=vendor).count() == 1


def test_what_no_statement_helps_is_not_offered_among_others(pso: User, home: Provider) -> None:
    other = make.provider(name="OTHER HOME")
    make.pso(other, pso, by=make.reviewer())
    olga = make.person(email=ADDRESS)
    asked = make.submit(olga, home, "assessment_submitter")
    url = accept_url(pso, home, other)
    page = browser_of(olga).get(url)
    assert "Not all of them can be yours" in words(page)
    assert f"You already have an open request for this role at this CCN: request {asked.pk}" in (
        words(page)
    )
    boxes = re.findall(r'<input[^>]*name="chosen"[^>]*>', page.content.decode())
    assert sorted(("disabled" in each, "checked" in each) for each in boxes) == [
        (False, True),
        (True, False),
    ]
    workflow.withdraw(asked.pk, by=olga)
    assert "Not all of them" not in words(browser_of(olga).get(url))


def test_a_personal_address_that_the_roster_rules_out_is_not_asked_to_attest(pso: User) -> None:
    _chain, homes = make.chain(3)
    make.pso(homes[0], pso, by=make.reviewer())
    url = accept_url(pso, homes[0], code="pso")
    page = browser_of(make.person(email="olga@gmail.com")).get(url)
    assert "Use your corporate email address." in words(page)
    assert "Change to a corporate address" in words(page)
    assert "attests" not in page.content.decode()
    assert Invitation.objects.get().is_open


def test_too_many_ccns_for_a_personal_address_only_together_are_left_to_the_person(
    pso: User,
) -> None:
    homes = [make.provider() for _ in range(3)]
    for each in homes:
        make.pso(each, pso, by=make.reviewer())
    url = accept_url(pso, *homes, code="pso")
    page = browser_of(make.person(email="olga@gmail.com")).get(url)
    assert page.content.decode().count('name="chosen"') == 3
    assert "disabled" not in page.content.decode()
