"""What a history says of invitations: what kind of person was invited and by whom, no address."""

from __future__ import annotations

import pytest

from access_requests.invitations import accepting, inviting
from access_requests.models import Affiliation
from tests import builders as make
from tests.invitations.builders import ADDRESS, SAID, invite
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

HOME = "/history/providers/015009/"


def test_whom_and_by_whom() -> None:
    home = make.provider("015009")
    pso = make.pso(home, make.person(full_name="Paula Stone"))
    letter = invite(pso, home, affiliation=Affiliation.VENDOR, name="Olga Ash")
    invite(pso, home, address="nora@sunrise-care.example")
    inviting.withdraw([letter.invitations.get().pk], by=pso)
    for reader in (pso, make.reviewer()):
        page = words(browser_of(reader).get(HOME))
        vendor = "A vendor’s person, invited by Paula Stone."
        assert f"Invited to ask for a role {vendor} The CCN" in page
        assert f"Invitation withdrawn {vendor} The CCN" in page
        assert "Somebody who works for the provider, invited by Paula Stone." in page
        assert ADDRESS not in page
        assert "Olga" not in page


def test_the_one_who_accepted_reads_nothing_of_who_is_pso() -> None:
    home = make.provider("015009")
    pso, olga = make.pso(home, make.person(full_name="Paula Stone")), make.person(email=ADDRESS)
    letter = invite(pso, home)
    accepting.accept(letter, [letter.invitations.get().pk], SAID, by=olga)
    invite(pso, home, address="nora@sunrise-care.example")
    page = words(browser_of(olga).get(HOME))
    assert "Invitation accepted" in page
    assert "Invited to ask" not in page
    assert "Paula Stone" not in page
