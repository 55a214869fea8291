"""The list of a PSO's people: who is on it, how it is narrowed, and what it costs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.timezone import localdate

from access_requests import workflow
from access_requests.people import finding, views
from accounts.models import User
from tests import builders as make
from tests.people.builders import home_with_pso, role_at

pytestmark = pytest.mark.django_db
LIST_BUDGET = 8


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(viewer: User, address: str = "/people/", **sent: str) -> str:
    client = signed_in(viewer)
    response = client.post(address, sent, follow=True) if sent else client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def people_on(text: str) -> list[str]:
    """The User IDs in the order of their rows."""
    return re.findall(r'people/\d+/">[^<]*</a>\s*<span class="portal-quiet">(\w+)</span>', text)


def test_at_each_ccn_the_employed_by_name_and_then_the_vendors() -> None:
    pso = make.person("psoofboth", full_name="Mo Middle")
    first, _ = home_with_pso(pso)
    second, _ = home_with_pso(pso)
    role_at(second, make.person("zoe", full_name="Zoe Adams"))
    role_at(first, make.person("vera", full_name="Aa Vendor"), vendor=True)
    role_at(first, make.person("zack", full_name="zack zulu"))
    role_at(first, make.person("adam", full_name="Adam Baker"))
    elsewhere, _ = home_with_pso()
    role_at(elsewhere, make.person("notours"))
    text = page_of(pso)
    in_order = [["adam", "psoofboth", "zack", "vera"], ["psoofboth", "zoe"]]
    by_ccn = sorted(zip([first.ccn, second.ccn], in_order, strict=True))
    assert people_on(text) == [each for _ccn, people in by_ccn for each in people]
    assert text.count("portal-people__group") == 3
    assert "notours" not in text


def test_filters_narrow_and_combine() -> None:
    home, pso = home_with_pso(make.person("thepso"))
    other, _ = home_with_pso(pso)
    today = localdate()
    role_at(home, make.person("soon"), ends_on=today + timedelta(days=20))
    role_at(home, make.person("sooner"), ends_on=today)
    role_at(other, make.person("later"), ends_on=today + timedelta(days=31), vendor=True)
    role_at(other, make.person("active"), code="assessment_submitter")
    User.objects.filter(username="active").update(last_login=timezone.now())
    long_ago = timezone.now() - timedelta(days=61)
    User.objects.filter(username="soon").update(last_login=long_ago)

    def found(query: str) -> set[str]:
        return set(people_on(page_of(pso, f"/people/?{query}")))

    assert found(f"ccn={other.ccn}") == {"thepso", "later", "active"}
    assert found("role=assessment_submitter") == {"active"}
    assert found("kind=vendor") == {"later"}
    assert people_on(page_of(pso, "/people/?when=ending")) == ["sooner", "soon"]
    assert found("when=dated") == {"soon", "sooner", "later"}
    # Whoever has just opened the page has signed in.
    assert found("when=never") == {"sooner", "later"}
    assert found("when=idle") == {"sooner", "later", "soon"}
    assert found(f"when=dated&kind=vendor&ccn={home.ccn}") == set()
    response = signed_in(pso).get("/people/?role=nonsense&when=x&ccn=%00")
    assert response.status_code == 422
    assert response.content.decode().count("usa-error-message") == 3


def test_a_ccn_that_is_typed_is_read_in_any_spelling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_CHOICES", 1)
    home, pso = home_with_pso(make.person("thepso"))
    home_with_pso(pso)
    spelled = f" {home.ccn[:2]}-{home.ccn[2:]} "
    assert people_on(page_of(pso, f"/people/?ccn={spelled}")) == ["thepso"]
    response = signed_in(pso).get("/people/?ccn=4.40E%2B233")
    assert response.status_code == 422
    # Somebody else's CCN is nobody's there.
    elsewhere, _ = home_with_pso()
    assert people_on(page_of(pso, f"/people/?ccn={elsewhere.ccn}")) == []


def test_a_search_by_name_or_user_id_never_stands_in_the_address() -> None:
    home, pso = home_with_pso(make.person("thepso", full_name="Pat Security"))
    role_at(home, make.person("jdoe7", full_name="José O'Brien-Doe"))
    role_at(home, make.person("other7", full_name="Una Other"))
    elsewhere, _ = home_with_pso()
    role_at(elsewhere, make.person("jdoe9", full_name="José Elsewhere"))
    for typed in ("jose", "obrien jo", "JDOE7", "do"):
        client = signed_in(pso)
        response = client.post("/people/", {"q": typed})
        assert response.status_code == 302
        # Two letters may stand in any token.
        assert len(typed) == 2 or typed.lower() not in response["Location"].lower()
        assert people_on(client.get(response["Location"]).content.decode()) == ["jdoe7"]
    address = response["Location"]
    # Narrowed further, the search goes along; in another's hands it says nothing.
    assert people_on(page_of(pso, f"{address}&kind=vendor")) == []
    make.pso(home, fellow := make.person("fellow"))
    text = page_of(fellow, address)
    assert "This search is over" in text
    assert len(people_on(text)) == 4
    too_short = signed_in(pso).post("/people/", {"q": "x"})
    assert too_short.status_code == 422
    assert "Type at least two letters" in too_short.content.decode()


@pytest.mark.parametrize("when", ["", "dated", "ending", "search"])
def test_pages_follow_each_other_without_a_gap_or_a_repeat(
    when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE_SIZE", 3)
    pso = make.person("thepso", full_name="Same Name")
    for number in range(4):
        home, _ = home_with_pso(pso)
        for vendor in (False, True):
            # The same name again and again, and the same day.
            twin = make.person(full_name="Same Name")
            role_at(home, twin, ends_on=localdate() + timedelta(days=number % 2), vendor=vendor)
    client = signed_in(pso)
    address: str | None = f"/people/?when={when}"
    if when == "search":
        address = client.post("/people/", {"q": "same na"})["Location"]
    seen: list[str] = []
    while address:
        text = client.get(address).content.decode()
        seen += re.findall(r'/roles/(\d+)/(?:revoke|give-up)/"', text)
        follows = re.search(r'href="([^"]+)"\s+rel="next"', text)
        address = follows[1].replace("&amp;", "&") if follows else None
    assert len(seen) == len(set(seen)) == (8 if when in {"dated", "ending"} else 12)


def test_a_page_goes_on_only_from_a_row_of_ones_own() -> None:
    # Where it stood in the list, all rows would come after it.
    foreign = role_at(elsewhere := home_with_pso()[0])
    home, pso = home_with_pso()
    role_at(home)
    assert elsewhere.ccn < home.ccn
    for after in (foreign.pk, 10**17):
        text = page_of(pso, f"/people/?after={after}")
        assert "There is nobody more." in text
        assert people_on(text) == []
    assert people_on(page_of(pso, "/people/?after=nonsense")) != []


def test_numbers_that_name_nobody_are_not_found() -> None:
    client = signed_in(home_with_pso()[1])
    for number in (10**18, 10**30):
        for path in ("{}/", "roles/{}/last-day/", "roles/{}/extend/"):
            address = f"/people/{path.format(number)}"
            assert client.get(address).status_code == 404
        sent = {"role": [number], "reason": "Left."}
        assert client.post("/people/revoke/", sent).status_code == 302


def test_it_costs_the_same_for_few_and_many_people_and_ccns() -> None:
    few, many = make.person(), make.person()
    home, _ = home_with_pso(few)
    role_at(home, ends_on=localdate())
    for _number in range(6):
        home, _ = home_with_pso(many)
        for _ in range(3):
            role_at(home, ends_on=localdate())
    for query in ("", "?when=ending", "?kind=employed"):
        taken = []
        for viewer in (few, many):
            client = signed_in(viewer)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"/people/{query}").status_code == 200
            taken.append(len(captured))
        assert taken[0] == taken[1] <= LIST_BUDGET


def test_one_person_is_shown_with_what_is_here_and_nothing_of_elsewhere() -> None:
    home, pso = home_with_pso()
    elsewhere, other_pso = home_with_pso()
    person = make.person("traveler", email="traveler@sunrise-care.example")
    here = role_at(home, person)
    gone = role_at(home, person, code="assessment_submitter")
    workflow.revoke(gone.pk, by=pso, reason="Other duties.")
    role_at(elsewhere, person)
    asked = make.submit(person, home, "assessment_coordinator")
    hidden = make.submit(person, elsewhere, "assessment_coordinator")
    address = f"/people/{person.pk}/"
    text = page_of(pso, address)
    assert f"role-{here.pk}" in text
    assert "Ended at your CCNs" in text
    assert asked.get_absolute_url() in text
    assert hidden.get_absolute_url() not in text
    assert elsewhere.ccn not in text
    make.submit(stranger := make.person(), elsewhere)
    assert signed_in(pso).get(f"/people/{stranger.pk}/").status_code == 404
    assert signed_in(other_pso).get(f"/people/{pso.pk}/").status_code == 404
    workflow.revoke(here.pk, by=pso, reason="Left.")
    workflow.withdraw(asked.pk, by=person)
    assert "None now." in page_of(pso, address)
