"""The form for several CCNs over HTTP: answered line by line, reviewed, and sent."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import QueryDict

from access_requests.groups import filing, forms
from access_requests.models import AccessRequest, GroupLine, RequestGroup
from accounts import kept_forms
from accounts.models import AuditEvent, KeptForm, Notice
from providers.models import Provider
from tests import builders as make
from tests.accounts.signing_in import end_of
from tests.groups.builders import FORM, signed_in
from tests.groups.sending import NEW, PSO, SUBMITTER, VIEWER, good_of, send, submit

pytestmark = pytest.mark.django_db


def test_each_line_is_answered_and_nothing_is_filed_before_the_button() -> None:
    home, closed = make.provider("015009", name="BURNS HOME"), make.provider("015010")
    Provider.objects.filter(pk=closed.pk).update(closed_on="2026-01-01")
    client = signed_in(make.person())
    text = "015009, 4.40E+233\n15010\n015010\n015999 112345"
    page = send(client, "review", text).content.decode()
    assert "Burns Home" in page
    assert "Mobile, AL" in page
    assert "A spreadsheet turned this CCN into the number 4.40E+233" in page
    assert "Did you mean 015010?" in page
    assert "is closed since" in page
    assert "Tell CMS that it is missing" in page
    assert "1 request would be submitted." in page
    assert not AccessRequest.objects.exists()
    assert not RequestGroup.objects.exists()
    assert home.ccn in good_of(send(client, "review", text))


def test_each_becomes_its_own_request_with_one_letter_for_all() -> None:
    homes = [make.provider() for _ in range(3)]
    pso = make.pso(homes[0])
    make.pso(homes[1], pso)
    person = make.person()
    client = signed_in(person)
    Notice.objects.all().delete()
    reviewed = send(client, "review", " ".join(home.ccn for home in homes))
    response = submit(client, reviewed)
    group = RequestGroup.objects.get()
    assert response["Location"] == group.get_absolute_url()
    asked = AccessRequest.objects.filter(requester=person)
    assert {each.provider for each in asked} == set(homes)
    assert group.filed_at
    assert {each.submitted_at for each in asked} == {group.created_at}
    [mine] = Notice.objects.filter(recipient=person)
    [theirs] = Notice.objects.filter(recipient=pso)
    # Seen by PSOs too, who do not learn how much somebody asks for elsewhere.
    assert mine.subject == "We received your form for several CCNs"
    assert f"(form {group.pk}). 3 requests were filed." in mine.body
    assert "2 of them: the Provider Security" in mine.body
    assert "2 requests of one person" in theirs.subject
    assert f"{person} sent one form for several CCNs. 2 of the requests" in theirs.body
    assert homes[0].ccn in theirs.body
    assert homes[2].ccn not in theirs.body
    for told in (mine, theirs):
        assert told.email
        assert re.search(r"\{[{%]|%\(|None", told.email.body_text) is None
        assert told.email.body_text.count(group.get_absolute_url()) == 1
    event = AuditEvent.objects.get(type="many_asked")
    assert event.details["requests"] == 3
    assert event.details["ccns"] == 3
    page = client.get(group.get_absolute_url()).content.decode()
    assert all(home.ccn in page for home in homes)
    assert "Waiting for a decision" in page
    one = client.get(asked[0].get_absolute_url()).content.decode()
    assert "in a form with 3 lines" in one
    assert mine.subject in one
    assert group.get_absolute_url() in client.get("/requests/").content.decode()


def test_pso_and_a_working_role_are_asked_for_together() -> None:
    home = make.provider()
    person, reviewer = make.person(), make.reviewer()
    client = signed_in(person)
    reviewed = send(client, "review", home.ccn, roles=[PSO, VIEWER])
    assert "2 requests would be submitted." in reviewed.content.decode()
    submit(client, reviewed, roles=[PSO, VIEWER])
    asked = AccessRequest.objects.filter(requester=person)
    assert sorted(each.role_id for each in asked) == [VIEWER, PSO]
    # CMS hears of the one it decides; the other waits for a PSO.
    [told] = Notice.objects.filter(recipient=reviewer)
    assert told.request_id == asked.get(role=PSO).pk


def test_the_same_form_sent_twice_is_filed_once() -> None:
    homes = [make.provider() for _ in range(2)]
    client = signed_in(make.person())
    reviewed = send(client, "review", " ".join(home.ccn for home in homes))
    first, second = submit(client, reviewed), submit(client, reviewed)
    assert first["Location"] == second["Location"]
    assert RequestGroup.objects.count() == 1
    assert AccessRequest.objects.count() == 2
    told = Notice.objects.filter(kind="group_received")
    assert told.count() == 1


def test_a_corrected_line_is_seen_with_its_name_before_it_is_filed() -> None:
    make.provider("015009", name="BURNS HOME")
    make.provider("015010", name="COOSA VALLEY")
    client = signed_in(make.person())
    reviewed = send(client, "review", "015009 15010")
    again = submit(client, reviewed, line="015010")
    assert again.status_code == 422
    assert "Coosa Valley" in again.content.decode()
    assert not AccessRequest.objects.exists()
    offered = send(client, "", good="015009", line="15010", use="0:015010")
    assert offered.status_code == 200
    assert good_of(offered).split() == ["015009", "015010"]
    assert submit(client, offered).status_code == 302
    assert AccessRequest.objects.count() == 2


def test_a_role_that_is_asked_for_already_is_named_beside_its_ccn() -> None:
    homes = [make.provider() for _ in range(2)]
    person = make.person()
    make.submit(person, homes[0])
    page = send(
        signed_in(person), "review", " ".join(home.ccn for home in homes), roles=[VIEWER, SUBMITTER]
    ).content.decode()
    assert "3 requests would be submitted." in page
    assert "You already have an open request for this role" in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"ccns": ""}, "Paste at least one CCN"),
        ({"roles": []}, "Tick the role you need."),
        ({"roles": [PSO, VIEWER, SUBMITTER]}, "Tick at most two roles."),
        ({"roles": [PSO], "administrator_name": ""}, "Name the provider&#x27;s administrator."),
        ({"roles": [PSO], "affiliation": "vendor"}, "A vendor cannot be a Provider Security"),
        ({"job_title": ""}, "Enter your job title."),
        ({"ccns": "x\x00y"}, "Null characters are not allowed"),
        ({"form_key": "no key"}, "2 requests would be submitted."),
    ],
)
def test_what_is_wanting_is_said_beside_its_field(said: dict[str, Any], sentence: str) -> None:
    make.provider("015009"), make.provider("015010")
    client = signed_in(make.person())
    response = send(client, "review", **{"ccns": "015009 015010", **said})
    assert sentence in response.content.decode()
    assert response.status_code == (200 if "form_key" in said else 422)
    assert not RequestGroup.objects.exists()


def test_a_personal_address_is_judged_over_the_whole_list() -> None:
    """Each CCN as if those before it had been filed: the third PSO role is one too many."""
    homes = [make.provider() for _ in range(3)]
    client = signed_in(make.person(email="nurse@gmail.com"))
    said = {"attests_small_organization": "on", "attests_no_corporate_email": "on"}
    ccns = " ".join(home.ccn for home in homes)
    page = send(client, "review", ccns, roles=[PSO], **said).content.decode()
    assert "2 requests would be submitted." in page
    assert "PSO of at most two CCNs" in page
    assert "Withdraw another request" in page


def test_limits_of_a_form_and_of_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    homes = [make.provider() for _ in range(3)]
    client = signed_in(make.person())
    ccns = " ".join(home.ccn for home in homes)
    monkeypatch.setattr(filing, "MOST_OPEN", 2)
    refused = submit(client, send(client, "review", ccns))
    assert refused.status_code == 422
    assert "at most 2 open requests" in refused.content.decode()
    monkeypatch.setattr(forms, "MOST_CCNS", 2)
    assert "at most 2 CCNs" in send(client, "review", ccns).content.decode()
    assert not RequestGroup.objects.exists()


@pytest.mark.parametrize("name", ["ccns", "good", "line", "pick", "leave"])
def test_a_list_is_limited_in_whichever_field_it_comes(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(forms, "entries_in", lambda data: pytest.fail("it was read"))
    page = send(signed_in(make.person()), "review", **{"good": "", name: "015009 " * 15_000})
    assert page.status_code == 422
    assert "too long to be read" in page.content.decode()


def test_too_many_columns_are_refused_in_words() -> None:
    page = send(signed_in(make.person()), "review", "\t" * 200 + "015009")
    assert page.status_code == 422
    assert "Copy the column with the CCNs" in page.content.decode()


@pytest.mark.parametrize("name", ["line", "pick"])
def test_control_characters_reach_no_line(name: str) -> None:
    home = make.provider("015009")
    client = signed_in(make.person())
    reviewed = send(client, "review", home.ccn)
    assert submit(client, reviewed, **{name: "4.40E+233\x00"}).status_code == 302
    assert set(GroupLine.objects.values_list("typed", flat=True)) == {home.ccn, "4.40E+233"}


def test_picking_from_a_chain() -> None:
    chain, homes = make.chain(3, "Harbor Care")
    make.chain(2, "Other Homes")
    client = signed_in(make.person())
    found = send(client, "find", "019999", chain_name="harbor").content.decode()
    assert "Harbor Care" in found
    assert "Other Homes" not in found
    assert "019999" in found
    shown = client.post(NEW, {**FORM, "chain": chain.pk}).content.decode()
    assert shown.count(" checked") >= 3
    assert all(home.ccn in shown for home in homes)
    none = send(client, "none", of_chain=chain.pk, pick=[homes[0].ccn]).content.decode()
    assert not re.search(r'name="pick"[^>]*checked', none)
    reviewed = send(client, "review", of_chain=chain.pk, pick=[homes[0].ccn, homes[2].ccn])
    assert good_of(reviewed).split() == [homes[0].ccn, homes[2].ccn]


def test_what_was_typed_outlives_an_idle_sign_out() -> None:
    """Sent too late, the whole form is kept, and filed when its person sends it after all."""
    home = make.provider()
    person = make.person()
    client = signed_in(person)
    reviewed = send(client, "review", home.ccn)
    page = reviewed.content.decode()
    # What is kept at the warning goes into the fields of the form by their names: none is hidden.
    assert "data-keep" in page
    assert re.search(rf'<textarea name="ccns"[^>]*>\s*{home.ccn}</textarea>', page)
    assert not re.search(r'type="hidden"\s+name="(ccns|roles|employer)"', page)
    end_of(person)
    submit(client, reviewed)
    assert not RequestGroup.objects.exists()
    pairs = kept_forms.pairs_of(KeptForm.objects.get())
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    answer = signed_in(person).post(NEW, dict(data.lists()))
    assert answer.status_code == 302
    assert AccessRequest.objects.get(requester=person).provider == home


def test_entries_that_name_a_ccn_again_are_all_counted() -> None:
    make.provider("015009"), make.provider("015010")
    text = "015009, 015009 015009A\n015010\n01-5010"
    page = send(signed_in(make.person()), "review", text).content.decode()
    assert "3 entries name CCNs that stand in your list already" in page
    assert "015009 stands 3 times and is used once." in page
    assert "015010 stands 2 times and is used once." in page
    assert "2 requests would be submitted." in page


def test_the_review_says_who_would_decide_each_and_what_would_wait() -> None:
    led, alone, own = (make.provider() for _ in range(3))
    make.pso(led)
    client = signed_in(make.pso(own))
    ccns = f"{led.ccn} {alone.ccn} {own.ccn}"
    page = send(client, "review", ccns, roles=[PSO, VIEWER]).content.decode()
    cells = re.findall(r'data-label="Who decides">(.*?)</td>', page, re.DOTALL)
    said = [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]
    assert said == [
        "Its PSOs",
        "CMS (Provider Security Official) Waits for a PSO besides you (Assessment Viewer)",
        "Waits for a PSO besides you",
    ]
    assert "2 go to the PSOs of their CCNs." in page
    assert "1 goes to CMS, because its CCN has no PSO yet." in page
    assert "2 wait until their CCNs have a PSO besides you." in page
    assert "A second PSO will be needed" in page


def test_a_working_role_alone_needs_no_second_pso() -> None:
    client = signed_in(make.person())
    page = send(client, "review", make.provider().ccn, roles=[VIEWER]).content.decode()
    assert "1 waits until its CCN has a PSO: nobody can decide it before." in page
    assert "A second PSO will be needed" not in page
