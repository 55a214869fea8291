"""Who only waits for a PSO, or is a vendor's person, reads what holds of them."""

from __future__ import annotations

import pytest

from tests import builders as make
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

DECIDES = "You decide their request as always."
COLLEAGUE = "Invite a colleague to become PSO"
OWN_COMPANY = "Somebody of your own company cannot be"


def test_whoever_waits_decides_nothing() -> None:
    browser = browser_of(make.submit(make.person(), make.provider()).requester)
    empty = words(browser.get("/invitations/"))
    assert DECIDES not in empty
    assert "Invite a colleague who works for the provider to become that PSO" in empty
    assert OWN_COMPANY not in empty
    new = words(browser.get("/invitations/new/"))
    assert COLLEAGUE in new
    assert OWN_COMPANY not in new


def test_a_vendor_reads_that_it_is_nobody_of_their_company() -> None:
    asked = make.submit(
        make.person(), make.provider(), "assessment_submitter", statement=make.VENDOR
    )
    browser = browser_of(asked.requester)
    empty = words(browser.get("/invitations/"))
    new = words(browser.get("/invitations/new/"))
    assert OWN_COMPANY in empty
    assert OWN_COMPANY in new
    for said in (empty, new):
        assert DECIDES not in said
        assert "colleague" not in said
    assert "Invite somebody to become PSO" in new


def test_a_pso_decides() -> None:
    pso = make.pso(make.provider())
    # Where they wait elsewhere as a vendor's person, that is not all they can invite for.
    make.submit(pso, make.provider(), "assessment_submitter", statement=make.VENDOR)
    browser = browser_of(pso)
    assert DECIDES in words(browser.get("/invitations/"))
    assert OWN_COMPANY not in words(browser.get("/invitations/new/"))
