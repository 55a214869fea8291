"""The page of a case: what a press records, what it asks for, and where it says what it did."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from access_requests import workflow
from access_requests.desk import returned
from access_requests.models import CheckConfirmation, ContactAttempt
from accounts.models import User
from tests import builders as make
from tests.desk import cases
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return make.reviewer()


def test_the_enter_key_records_nothing(reviewer: User) -> None:
    """It sends a form by its first button, which says nothing."""
    asked, client = cases.case(), browser_of(reviewer)
    page = client.get(asked.get_absolute_url()).text
    forms = re.findall(r'<form[^>]*action="(/queue/[^"]+)".*?</form>', page, re.DOTALL)
    assert len(forms) > 2
    for form in re.finditer(r'<form[^>]*action="/queue/.*?</form>', page, re.DOTALL):
        first = re.findall(r"<button[^>]*>", form[0])[0]
        assert "name=" not in first
    sent = {"attempt-how": "call", "attempt-who": "Ada Winter"}
    response = client.post(f"/queue/{asked.pk}/attempts/", sent)
    assert response.status_code == 422
    assert "Outcome: Choose what came of it" in words(response)
    response = client.post(f"/queue/{asked.pk}/checks/employment/", {"employment-note": "Yes."})
    assert response.status_code == 422
    assert "Choose what came of “Employed as stated”" in words(response)
    assert not ContactAttempt.objects.exists()
    assert not CheckConfirmation.objects.exists()


def test_a_step_is_confirmed_beside_its_check_and_once(reviewer: User) -> None:
    asked, client = cases.case(), browser_of(reviewer)
    url = asked.get_absolute_url()
    sent = {"employment-answer": "holds"}
    response = client.post(f"/queue/{asked.pk}/checks/employment/", sent)
    assert response["Location"] == f"{url}#check-employment"
    row = re.search(r'<li[^>]*id="check-employment"\s+tabindex="-1".*?</li>', page_of(client, url))
    assert row is not None
    assert "Kept: passes." in row[0]
    assert 'role="status"' in row[0]
    assert "Kept: passes." not in page_of(client, url)
    sent = {"attempt-how": "call", "attempt-who": "Ada Winter", "attempt-outcome": "confirmed"}
    response = client.post(f"/queue/{asked.pk}/attempts/", sent)
    assert response["Location"] == f"{url}#second-path"
    assert "The attempt was kept." in page_of(client, url)


def page_of(client: Client, url: str) -> str:
    return client.get(url).text.replace("\n", " ")


def test_an_identity_without_proofing_is_accepted_with_a_reason(reviewer: User) -> None:
    asked, client = cases.case(requester=make.person()), browser_of(reviewer)
    url = f"/queue/{asked.pk}/checks/identity/"
    response = client.post(url, {"identity-answer": "holds"})
    assert response.status_code == 422
    assert "Write down why, in a sentence, for “Identity”." in words(response)
    sent = {"identity-answer": "holds", "identity-note": "Known to us."}
    assert client.post(url, sent).status_code == 302
    said = cases.checklist(asked, reviewer).by_code["identity"].evidence
    assert said == (
        f"Not proofed, by HARP or by hand. Accepted without proofing by {reviewer}. Known to us."
    )


def test_each_note_is_named_by_its_check(reviewer: User) -> None:
    asked = cases.case()
    page = page_of(browser_of(reviewer), asked.get_absolute_url())
    labels = re.findall(r'<label class="usa-label" for="id_[a-z_]+-note">\s*(.*?)</label>', page)
    notes = [each for each in labels if each.startswith("Note")]
    assert len(notes) > 5
    assert len(set(notes)) == len(notes)


def test_returned_cases_are_listed_with_the_day_they_close(
    reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returned, "PAGE_SIZE", 1)
    first, second, gone, answered = [cases.case() for _ in range(4)]
    with time_machine.travel("2026-11-20T15:00:00Z", tick=False):
        workflow.return_for_information(second.pk, by=reviewer, question="Which unit?")
    with time_machine.travel("2026-11-19T15:00:00Z", tick=False):
        workflow.return_for_information(first.pk, by=reviewer, question="Since when?")
        workflow.return_for_information(gone.pk, by=reviewer, question="Since when?")
        workflow.return_for_information(answered.pk, by=reviewer, question="Since when?")
    workflow.answer(answered.pk, by=answered.requester, text="May.")
    rival = cases.case(gone.provider)
    workflow.approve(rival.pk, by=reviewer)
    client = browser_of(reviewer)
    assert "Waiting for an answer (2)" in words(client.get("/queue/"))
    page = client.get("/queue/returned/")
    assert "Dec 19, 2026" in words(page)
    assert [row.request.pk for row in page.context["rows"]] == [first.pk]
    page = client.get(page.context["next_url"])
    assert [row.request.pk for row in page.context["rows"]] == [second.pk]
    assert not page.context["next_url"]


def test_another_reviewers_look_is_said_for_a_while(reviewer: User) -> None:
    asked = cases.case()
    other, third = make.reviewer(), make.reviewer()
    browser_of(third).get("/queue/")
    with time_machine.travel(timezone.now() - timedelta(minutes=20), tick=False):
        browser_of(third).get(asked.get_absolute_url())
    with time_machine.travel(timezone.now() - timedelta(minutes=3), tick=False):
        browser_of(make.agent()).get(asked.get_absolute_url())
        browser_of(other).get(asked.get_absolute_url())
    page = words(browser_of(reviewer).get(asked.get_absolute_url()))
    assert f"{other} looked at this case 3 minutes ago." in page.replace("\xa0", " ")
    assert "looked at this case" not in words(browser_of(other).get("/queue/"))
    later = words(browser_of(third).get(asked.get_absolute_url()))
    assert f"{reviewer} looked at this case" in later


def test_a_look_at_the_list_is_no_look_at_the_case(reviewer: User) -> None:
    asked = cases.case()
    browser_of(make.reviewer()).get("/queue/")
    page = words(browser_of(reviewer).get(asked.get_absolute_url()))
    assert "looked at this case" not in page


def test_the_state_that_was_chosen_stays_chosen(reviewer: User) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=1), tick=False):
        cases.case(make.provider("455001", state="TX"))
    page = page_of(browser_of(reviewer), "/queue/?state=ME")
    assert '<option value="ME" selected>ME (0)</option>' in page
