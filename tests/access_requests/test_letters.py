"""Who is told what after each step, in the portal and by email, and in which words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.template import engines
from django.urls import resolve

from access_requests import workflow
from access_requests.models import RejectionReason, RoleAssignment
from accounts.models import Notice, OutgoingEmail, User
from tests import builders as make

pytestmark = pytest.mark.django_db

Told = set[tuple[User, str]]


class Strict(str):
    """Stands for a variable that a template names and nobody gave; the test then fails."""

    __slots__ = ()

    def __contains__(self, _part: object) -> bool:
        return True

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"the template names {name}, which is not there")


@pytest.fixture(autouse=True)
def no_unknown_variables() -> Iterator[None]:
    engine: Any = engines["django"]
    engine.engine.string_if_invalid = Strict("%s")
    yield
    engine.engine.string_if_invalid = ""


def test_a_letter_that_names_what_is_not_there_fails_its_test() -> None:
    for words in ("{{ nobody }}", "{% blocktranslate %}{{ nobody }}{% endblocktranslate %}"):
        with pytest.raises(AssertionError, match="nobody"):
            engines["django"].from_string(words).render({})


def told_by(step: Callable[[], Any]) -> Told:
    """Who was told what by this step. Each was written to as well."""
    last = Notice.objects.order_by("-pk").first()
    step()
    notices = Notice.objects.filter(pk__gt=last.pk if last else 0).select_related("email")
    for each in notices:
        assert each.email is not None
        assert each.email.state == OutgoingEmail.State.WAITING
        assert each.email.to_address == each.recipient.email
        assert each.email.subject == each.subject
    kinds = [(each.recipient, each.kind) for each in notices]
    assert len(kinds) == len(set(kinds)), "somebody was told the same twice"
    return set(kinds)


def body(kind: str, recipient: User) -> str:
    """The latest words of this kind to this person."""
    return Notice.objects.filter(kind=kind, recipient=recipient).latest("pk").body


def role_of(user: User) -> RoleAssignment:
    return RoleAssignment.objects.active().get(user=user)


def test_a_first_pso_request_goes_to_cms() -> None:
    reviewers, person = {make.reviewer(), make.reviewer()}, make.person()
    make.agent()
    home = make.provider()
    told = told_by(lambda: make.submit(person, home, "pso"))
    to_cms = {(each, "request_to_decide") for each in reviewers}
    assert told == {(person, "request_received"), *to_cms}
    assert "CMS decides it" in body("request_received", person)
    assert home.ccn in body("request_received", person)


def test_a_request_at_a_ccn_with_psos_goes_to_them_and_to_nobody_else() -> None:
    home, person = make.provider(), make.person()
    psos = {make.pso(home), make.pso(home)}
    make.holder(home)
    told = told_by(lambda: make.submit(person, home))
    assert told == {(person, "request_received"), *((each, "request_to_decide") for each in psos)}
    assert "Officials (PSOs) of this CCN decide it" in body("request_received", person)


def test_a_request_that_waits_is_told_for_what() -> None:
    make.reviewer()
    home, person = make.provider(), make.person()
    assert told_by(lambda: make.submit(person, home)) == {(person, "request_received")}
    assert "no Provider Security Official (PSO) yet" in body("request_received", person)

    pso = make.pso(home)
    told = told_by(lambda: make.submit(pso, home, "assessment_submitter"))
    assert told == {(pso, "request_received")}
    assert "only Provider Security Official (PSO) of this CCN" in body("request_received", pso)


def test_first_pso_approved_and_everybody_who_waited_for_one() -> None:
    home, reviewer = make.provider(), make.reviewer()
    pso, rival, worker, asked_back = (make.person() for _ in range(4))
    make.submit(worker, home)
    make.submit(rival, home, "pso")
    returned = make.submit(asked_back, home, "pso")
    workflow.return_for_information(returned.pk, by=reviewer, question="Who employs you?")
    asked = make.submit(pso, home, "pso")

    assert told_by(lambda: workflow.approve(asked.pk, by=reviewer)) == {
        (pso, "you_are_now_pso"),
        (rival, "request_moved"),
        (asked_back, "request_moved"),
        (worker, "request_no_longer_waiting"),
    }
    words = body("you_are_now_pso", pso)
    assert "You approve or reject everyone" in words
    assert "find a second PSO" in words
    assert "2 requests already wait in your queue" in words
    assert "CMS no longer does" in body("request_moved", rival)

    answered = told_by(lambda: workflow.answer(returned.pk, by=asked_back, text="Sunrise."))
    assert answered == {(pso, "question_answered")}


def test_a_second_pso_frees_the_first_ones_own_request() -> None:
    home = make.provider()
    first, second = make.pso(home), make.person()
    make.submit(first, home)
    asked = make.submit(second, home, "pso")
    assert told_by(lambda: workflow.approve(asked.pk, by=first)) == {
        (second, "you_are_now_pso"),
        (first, "request_no_longer_waiting"),
    }
    assert "second Provider Security Official" in body("request_no_longer_waiting", first)
    assert "One request already waits in your queue" in body("you_are_now_pso", second)


def test_approved_and_rejected() -> None:
    home, person = make.provider(), make.person()
    pso = make.pso(home, make.person("nora", full_name="Nora Pace"))
    make.pso(home)
    asked = make.submit(person, home)
    told = told_by(lambda: workflow.approve(asked.pk, by=pso))
    assert told == {(person, "request_approved")}

    again = make.submit(person, home, "assessment_submitter")
    told = told_by(
        lambda: workflow.reject(
            again.pk, by=pso, reason=RejectionReason.WRONG_ROLE, explanation="Ask for <viewer> & co"
        )
    )
    assert told == {(person, "request_rejected")}
    words = body("request_rejected", person)
    assert str(RejectionReason.WRONG_ROLE.label) in words
    assert RejectionReason.WRONG_ROLE.next_step in words
    assert "Ask for <viewer> & co" in words
    assert "Nora" not in words


def test_question_asked_answered_and_taken_back() -> None:
    home, person = make.provider(), make.person()
    asker, other = make.pso(home), make.pso(home)
    asked = make.submit(person, home)
    ask = {"by": asker, "question": "Which unit?"}
    told = told_by(lambda: workflow.return_for_information(asked.pk, **ask))
    assert told == {(person, "question_asked")}
    assert "Which unit?" in body("question_asked", person)
    assert "30 days" in body("question_asked", person)

    told = told_by(lambda: workflow.answer(asked.pk, by=person, text="The north one."))
    assert told == {(asker, "question_answered"), (other, "question_answered")}

    workflow.return_for_information(asked.pk, **ask)
    told = told_by(lambda: workflow.take_back(asked.pk, by=asker))
    assert told == {(person, "question_taken_back")}


def test_a_question_nobody_answered() -> None:
    home, person = make.provider(), make.person()
    pso = make.pso(home)
    asked = make.submit(person, home)
    workflow.return_for_information(asked.pk, by=pso, question="Which unit?")
    with time_machine.travel("2099-01-01T12:00:00Z"):
        told = told_by(workflow.close_unanswered)
    assert told == {(person, "request_closed")}
    assert "not answered within 30 days" in body("request_closed", person)


def test_a_role_given_up_or_revoked() -> None:
    home = make.provider()
    pso = make.pso(home)
    leaver, removed = make.holder(home), make.holder(home)
    left = role_of(leaver).pk
    told = told_by(lambda: workflow.give_up(left, by=leaver))
    assert told == {(leaver, "role_ended")}
    assert "You gave up" in body("role_ended", leaver)

    gone = role_of(removed).pk
    told = told_by(lambda: workflow.revoke(gone, by=pso, reason="Moved to payroll."))
    assert told == {(removed, "role_ended")}
    assert "Moved to payroll." in body("role_ended", removed)


def test_the_last_pso_gone_is_told_to_cms_to_holders_and_to_who_waits() -> None:
    home, reviewer = make.provider(), make.reviewer()
    pso = make.pso(home, by=reviewer)
    holder, candidate, worker = make.holder(home), make.person(), make.person()
    make.submit(candidate, home, "pso")
    make.submit(worker, home)
    assert told_by(lambda: workflow.give_up(role_of(pso).pk, by=pso)) == {
        (pso, "role_ended"),
        (holder, "last_pso_gone"),
        (reviewer, "last_pso_gone"),
        (candidate, "request_moved"),
        (worker, "request_waits_again"),
    }
    assert "CMS now decides" in body("request_moved", candidate)


def test_one_of_two_psos_gone_leaves_the_other_ones_own_request_waiting() -> None:
    home = make.provider()
    stays, goes = make.pso(home), make.pso(home)
    holder = make.holder(home)
    make.submit(stays, home)
    told = told_by(lambda: workflow.revoke(role_of(goes).pk, by=stays, reason="Left."))
    assert told == {(goes, "role_ended"), (stays, "request_waits_again")}
    assert (holder, "last_pso_gone") not in told


def test_a_provider_that_closes() -> None:
    home, reviewer = make.provider(), make.reviewer()
    pso = make.pso(home, by=reviewer)
    holder, person = make.holder(home), make.person()
    make.submit(person, home)
    home.closed_on = date(2026, 1, 2)
    home.save()
    told = told_by(lambda: workflow.close_at_closed_provider(home.pk))
    assert told == {
        (pso, "role_ended"),
        (holder, "role_ended"),
        (person, "request_closed"),
        (reviewer, "last_pso_gone"),
    }
    assert "has closed" in body("role_ended", holder)
    assert "can request the role" not in body("last_pso_gone", reviewer)


def test_an_account_that_is_switched_off_gets_no_email() -> None:
    home, person = make.provider(), make.person()
    pso = make.pso(home)
    asked = make.submit(person, home)
    User.objects.filter(pk=person.pk).update(is_active=False)
    workflow.reject(asked.pk, by=pso, reason=RejectionReason.OTHER, explanation="Gone.")
    notice = Notice.objects.get(kind="request_rejected")
    assert notice.email is None


def test_every_letter_is_sent_by_some_step_and_no_link_in_it_decides() -> None:
    """Some of the above once more, for what holds of every email."""
    sent: set[str] = set()
    for walk in WALKS:
        with transaction.atomic():
            walk()
            sent |= set(Notice.objects.values_list("kind", flat=True))
            for email in OutgoingEmail.objects.all():
                check_what_holds_of_every(email)
            transaction.set_rollback(True)
    folder = Path(settings.BASE_DIR) / "templates" / "access_requests" / "emails"
    assert sent == {each.stem for each in folder.glob("*.txt")}


def check_what_holds_of_every(email: OutgoingEmail) -> None:
    assert re.search(r"\{[{%]|%\(|None", email.body_text) is None
    links = re.findall(rf"{re.escape(settings.PUBLIC_URL)}(/[^\s\"<]*)", email.body_text)
    links += re.findall(r'href="https?://[^/"]+(/[^"]*)"', email.body_html)
    pages = {"access_requests:detail", "access_requests:provider"}
    if email.notice.kind not in ("role_ended", "last_pso_gone"):
        assert f"Request {email.notice.request_id}\n" in email.body_text
    assert len(links) == 2
    assert {resolve(link).view_name for link in links} <= pages


WALKS: list[Callable[[], None]] = [
    test_first_pso_approved_and_everybody_who_waited_for_one,
    test_approved_and_rejected,
    test_question_asked_answered_and_taken_back,
    test_a_question_nobody_answered,
    test_the_last_pso_gone_is_told_to_cms_to_holders_and_to_who_waits,
    test_a_provider_that_closes,
]
