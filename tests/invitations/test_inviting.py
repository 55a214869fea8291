"""Who may invite whom to what, what the email says, and that it cannot be used to send spam."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from access_requests import workflow
from access_requests.invitations import ccns, inviting, opting_out, throttle
from access_requests.invitations.ccns import PlacesField
from access_requests.invitations.rules import CannotInvite, places_of
from access_requests.models import Affiliation, DayEvent, Invitation, InvitationLetter
from accounts.models import AuditEvent, BouncedAddress, User
from providers.models import Provider
from tests import builders as make
from tests.invitations.builders import ADDRESS, emails_to, invite, link_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting() -> User:
    return make.person(full_name="Wanda Waits")


def refusal_of(step: Callable[[], object]) -> CannotInvite:
    with pytest.raises(CannotInvite) as refused, transaction.atomic():
        step()
    return refused.value


def test_the_email_says_who_and_where_in_words_of_ours(home: Provider, pso: User) -> None:
    letter = invite(pso, home, name="Click https://evil.example now")
    [email] = emails_to()
    for words in ("Paula Stone", "Burns Nursing Home", home.ccn, "Assessment Submitter", "Hello,"):
        assert words in email.body_text
    first, link, *rest = email.body_text.removeprefix("Hello,\n\n").split("\n\n")
    assert first.startswith(
        "Paula Stone asks you to request the role Assessment Submitter at Burns"
    )
    assert link_of(letter) in link
    assert [email.body_text.count(each) for each in ("http", "(CMS)", "Service Center")] == [
        1,
        1,
        1,
    ]
    assert " ".join(" ".join(rest).split()).startswith("Paula Stone is Provider Security Official")
    assert "evil" not in email.body_text + email.body_html + email.subject
    # A link that ends the invitation is at hand, and no email address is in it.
    assert email.list_unsubscribe.endswith("#decline")
    assert ADDRESS.split("@", maxsplit=1)[0] not in link_of(letter)


def test_an_inviters_name_makes_no_link(home: Provider) -> None:
    pso = make.pso(home, make.person(full_name="Win at https://evil.example/x today"))
    invite(pso, home)
    [email] = emails_to()
    assert "evil.example" not in email.body_text + email.body_html


def test_the_database_holds_only_the_digest(home: Provider, pso: User) -> None:
    letter = invite(pso, home)
    token = link_of(letter).split("/")[-2]
    kept = InvitationLetter.objects.filter(pk=letter.pk).values().get()
    assert token not in str(kept)
    told = AuditEvent.objects.get(type=DayEvent.INVITED)
    assert (told.actor, told.person, told.ccn) == (pso, None, home.ccn)
    assert ADDRESS not in json.dumps(told.details)
    assert "lga" not in json.dumps(told.details)


def test_a_form_sent_twice_sends_one_email(home: Provider, pso: User) -> None:
    key = uuid.uuid4()
    assert invite(pso, home, form_key=key) == invite(pso, home, form_key=key)
    assert len(emails_to()) == 1


def test_one_email_for_all_the_ccns_of_a_letter() -> None:
    _chain, homes = make.chain(3)
    reviewer, pso = make.reviewer(), make.person()
    for each in homes:
        make.pso(each, pso, by=reviewer)
    letter = invite(pso, *homes)
    [email] = emails_to()
    assert all(each.ccn in email.body_text for each in homes)
    assert letter.invitations.count() == 3


def test_whoever_waits_for_a_pso_invites_to_that_role_only(waiting: User) -> None:
    quiet = make.provider()
    make.submit(waiting, quiet)
    [place] = places_of(waiting)
    assert place.only_psos
    assert refusal_of(lambda: invite(waiting, quiet)).field == "role"
    letter = invite(waiting, quiet, code="pso")
    assert letter.invitations.get().invited_as == Invitation.InvitedAs.REQUESTER
    assert "Wanda Waits asks you to become a PSO of" in emails_to()[0].body_text


def test_a_sole_psos_own_request_waits_and_they_invite_a_second(home: Provider, pso: User) -> None:
    make.submit(pso, home)
    assert invite(pso, home, code="pso").invitations.get().invited_as == Invitation.InvitedAs.PSO


def test_who_may_not_invite_there(home: Provider, pso: User) -> None:
    elsewhere, other = make.provider(), make.provider()
    make.pso(elsewhere)
    asker = make.person()
    # Their request waits for the PSOs, who can decide it.
    make.submit(asker, elsewhere)
    former = make.pso(home)
    workflow.give_up(former.role_assignments.get().pk, by=former)
    for nobody in (asker, former, make.person(), make.reviewer(), make.agent()):
        assert places_of(nobody) == []
        assert refusal_of(partial(invite, nobody, home)).field == "places"
    assert refusal_of(lambda: invite(pso, home, other)).field == "places"
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"affiliation": Affiliation.VENDOR, "code": "assessment_coordinator"}, "role"),
        ({"code": "pso", "ends_on": date(2100, 1, 1)}, "ends_on"),
    ],
    ids=["vendor", "pso-with-last-day"],
)
def test_what_cannot_be_asked_for_is_not_offered(
    home: Provider, pso: User, fields: dict[str, object], field: str
) -> None:
    assert refusal_of(lambda: invite(pso, home, **fields)).field == field  # type: ignore[arg-type]
    assert not emails_to()


def test_who_was_invited_already_or_has_the_role(home: Provider, pso: User) -> None:
    fellow = make.pso(home)
    invite(pso, home, address=ADDRESS.upper())
    for inviter in (pso, fellow):
        refused = refusal_of(partial(invite, inviter, home))
        assert refused.field == "address"
        assert "already invited" in str(refused)
    has_it = make.holder(home)
    refused = refusal_of(lambda: invite(pso, home, code="assessment_viewer", address=has_it.email))
    assert "already has this role" in str(refused)
    assert refusal_of(lambda: invite(pso, home, address=pso.email)).field == "address"


def test_a_stranger_learns_nothing_about_an_address_by_inviting_it(waiting: User) -> None:
    """Neither that it has an account and roles there, nor that another invited it."""
    quiet, other = make.provider(), make.person()
    for each in (waiting, other):
        make.submit(each, quiet)
    invite(other, quiet, code="pso")
    invite(waiting, quiet, code="pso")
    assert len(emails_to()) == 2


def test_nobody_sends_spam(home: Provider, pso: User, waiting: User) -> None:
    quiet = make.provider()
    make.submit(waiting, quiet)
    for number in range(throttle.A_DAY_BY_A_REQUESTER):
        invite(waiting, quiet, code="pso", address=f"n{number}@sunrise-care.example")
    refused = refusal_of(lambda: invite(waiting, quiet, code="pso", address="n9@x-care.example"))
    assert "3 invitations a day" in str(refused)
    # One address gets a few a day, whoever sends them.
    homes = [make.provider() for _ in range(4)]
    psos = [make.pso(each) for each in homes]
    for each, at in zip(psos[:3], homes, strict=False):
        invite(each, at)
    assert "several invitations lately" in str(refusal_of(lambda: invite(psos[3], homes[3])))
    assert len(emails_to()) == 3


def test_days_later_whoever_waits_has_a_few_open_and_no_more(waiting: User) -> None:
    quiet = make.provider()
    make.submit(waiting, quiet)
    now = timezone.now()
    for day in range(2):
        with time_machine.travel(now + timedelta(days=day, minutes=day), tick=False):
            for number in range(3 - day):
                address = f"n{day}{number}@sunrise-care.example"
                invite(waiting, quiet, code="pso", address=address, days=30)
    with time_machine.travel(now + timedelta(days=3), tick=False):
        refused = refusal_of(lambda: invite(waiting, quiet, code="pso", address="a@x-care.example"))
        assert "still open" in str(refused)


def test_who_wants_none_or_cannot_be_reached_gets_none(home: Provider, pso: User) -> None:
    BouncedAddress.objects.create(address=ADDRESS, since=timezone.now())
    assert "comes back" in str(refusal_of(lambda: invite(pso, home)))
    other = make.provider()
    letter = invite(make.pso(other), other, address="nora@sunrise-care.example")
    opting_out.opt_out(letter, by=None)
    refused = refusal_of(lambda: invite(pso, home, address="Nora@sunrise-care.example"))
    assert "wants no invitations" in str(refused)


def test_sent_again_it_has_a_new_link_and_its_time_anew(home: Provider, pso: User) -> None:
    letter = invite(pso, home)
    old, old_end = link_of(letter), letter.invitations.get().expires_at
    assert "less than a day ago" in str(refusal_of(lambda: inviting.send_again(letter, by=pso)))
    now = timezone.now()
    for times in (2, 3):
        with time_machine.travel(now + timedelta(days=2 * times), tick=False):
            letter = inviting.send_again(letter, by=pso)
            assert letter.times_written == times
    assert link_of(letter) != old
    assert letter.invitations.get().expires_at > old_end
    assert [each.state for each in emails_to()] == ["dropped", "dropped", "waiting"]
    with time_machine.travel(now + timedelta(days=8), tick=False):
        assert "3 times" in str(refusal_of(lambda: inviting.send_again(letter, by=pso)))


def test_who_withdraws_what(home: Provider, pso: User) -> None:
    fellow, stranger = make.pso(home), make.person()
    letter = invite(pso, home)
    ids = [letter.invitations.get().pk]
    assert inviting.withdraw(ids, by=stranger) == 0
    assert inviting.withdraw(ids, by=fellow) == 1
    assert inviting.withdraw(ids, by=pso) == 0
    assert letter.invitations.get().ended_how == "withdrawn"
    assert AuditEvent.objects.get(type=DayEvent.INVITATION_WITHDRAWN).actor == fellow
    # What had not left yet never does.
    assert emails_to()[0].state == "dropped"
    assert emails_to()[0].body_text == ""


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"ended_how": "expired"}, "invitation_ended_how_iff_ended"),
        (
            {"ended_how": "accepted", "ended_at": datetime(2026, 1, 1, tzinfo=UTC)},
            "invitation_accepted_by_somebody",
        ),
        ({"affiliation": "vendor"}, "invitation_is_for_one_thing"),
        ({"address": "b@x.example"}, "invitation_is_for_one_thing"),
        ({"invited_as": "requester"}, "invitation_is_for_one_thing"),
    ],
    ids=["how", "by-whom", "what", "whom", "as"],
)
def test_what_the_database_refuses(
    home: Provider, pso: User, change: dict[str, object], name: str
) -> None:
    letter = invite(pso, home)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        letter.invitations.update(**change)
    # The constraint that refused, as the database names it.
    assert refused.value.__cause__.diag.constraint_name == name  # type: ignore[union-attr]


def test_many_ccns_are_pasted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ccns, "MOST_TICKED", 3)
    _chain, homes = make.chain(4)
    pso, reviewer = make.person(), make.reviewer()
    for each in homes:
        make.pso(each, pso, by=reviewer)
    elsewhere = make.provider()
    field = PlacesField()
    field.offer(places_of(pso))
    typed = f"{homes[0].ccn}, {homes[1].ccn};\t{homes[2].ccn}\n{homes[0].ccn}"
    assert set(field.clean(typed)) == {each.pk for each in homes[:3]}
    for wrong in (elsewhere.ccn, "4.40E+233", "", " ".join(["015009"] * 51)):
        with pytest.raises(ValidationError):
            field.clean(wrong)
