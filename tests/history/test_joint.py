"""Letters about several requests at once stand in the history of each of them."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from django.db.models import Q
from django.utils import timezone

from access_requests.groups import filing
from access_requests.invitations import accepting
from access_requests.models import AccessRequest
from accounts.models import AuditEvent, Notice, OutgoingEmail, User
from tests import builders as make
from tests.groups.builders import group_of, started
from tests.invitations.builders import ADDRESS, SAID, invite
from tests.pages.browsing import browser_of, words

pytestmark = pytest.mark.django_db

Asked = tuple[AccessRequest, User, User, User]


@pytest.fixture(params=["form", "invitation"])
def asked(request: pytest.FixtureRequest) -> Asked:
    """One of two requests that were filed at once: it, its requester, a PSO of both CCNs, and one
    of this CCN alone."""
    reviewer = make.reviewer()
    here, other = make.provider(), make.provider()
    pso, fellow = make.person(), make.person(full_name="Fay Fellow")
    for each in (here, other):
        make.pso(each, pso, by=reviewer)
    make.pso(here, fellow)
    ann = make.person(email=ADDRESS)
    if request.param == "form":
        group_of(ann, here, other)
    else:
        letter = invite(pso, here, other)
        chosen = [each.pk for each in letter.invitations.all()]
        accepting.accept(letter, chosen, SAID, by=ann)
    OutgoingEmail.objects.filter(notice__recipient=ann).update(
        state="bounced", sent_at=timezone.now()
    )
    return ann.access_requests.get(provider=here), ann, pso, fellow


def letter_to(person: User) -> Notice:
    """The one about both."""
    about_both = Q(kind__startswith="group_") | Q(kind__startswith="invited_requests_")
    return Notice.objects.get(about_both, recipient=person)


def rows_of(viewer: User, path: str) -> dict[str, dict[str, str]]:
    """By the line of the trail."""
    response: Any = browser_of(viewer).get(f"/history/{path}/csv/")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return {row["Line of the audit trail"]: row for row in csv.DictReader(StringIO(text))}


def emails_of(viewer: User, about: AccessRequest) -> tuple[int, int]:
    """How many wait, on all lines; and how many came back of the letters told at submitting."""
    rows = list(rows_of(viewer, f"requests/{about.pk}").values())
    [submitted] = [row for row in rows if row["What happened"] == "Request submitted"]
    return sum(int(row["Emails waiting"]) for row in rows), int(submitted["Emails not delivered"])


def test_each_reads_of_those_they_may_know_of(asked: Asked) -> None:
    about, ann, pso, fellow = asked
    to_ann, to_pso = letter_to(ann).subject, letter_to(pso).subject
    assert to_ann != to_pso
    seen = {
        ann: (True, False),
        pso: (True, True),
        fellow: (True, False),
        make.reviewer(): (True, True),
    }
    for viewer, expected in seen.items():
        page = words(browser_of(viewer).get(f"/history/requests/{about.pk}/"))
        assert (to_ann in page, to_pso in page) == expected


def test_they_are_counted_at_the_line_of_submitting(asked: Asked) -> None:
    about, ann, pso, _fellow = asked
    # Hers came back; the fellow's, about this request alone, waits; the PSO knows of their own too.
    assert emails_of(ann, about) == (1, 1)
    assert emails_of(pso, about) == (2, 1)
    theirs = Notice.objects.filter(pk=letter_to(pso).pk)
    theirs.update(email=None, is_for_digest=True)
    assert emails_of(pso, about) == (2, 1), "it waits for the daily email"
    theirs.update(is_for_digest=False)
    assert emails_of(pso, about) == (1, 1), "it never was an email"


def test_the_history_of_the_ccn_counts_what_that_of_the_request_does(asked: Asked) -> None:
    about, ann, pso, fellow = asked
    told = {}
    for viewer in (ann, pso, fellow, make.reviewer()):
        of_request = rows_of(viewer, f"requests/{about.pk}")
        of_ccn = rows_of(viewer, f"providers/{about.provider.ccn}")
        assert {line: of_ccn[line] for line in of_request} == of_request
        rows = [row for row in of_ccn.values() if row["Request"] == str(about.pk)]
        [submitted] = [row for row in rows if row["What happened"] == "Request submitted"]
        waiting = sum(int(row["Emails waiting"]) for row in rows)
        told[viewer] = (waiting, submitted["Emails not delivered"])
    assert list(told.values()) == [(1, "1"), (2, "1"), (1, "1"), (2, "1")]
    page = words(browser_of(ann).get(f"/history/providers/{about.provider.ccn}/"))
    assert "1 not delivered" in page
    assert "is counted at the line of each of them" in page


def test_a_letter_to_somebody_who_does_not_decide_it_is_not_counted(asked: Asked) -> None:
    """One form, three CCNs: who decides at the other two hears nothing of this one."""
    about, _ann, _pso, _fellow = asked
    stranger = make.person()
    others = [make.provider(), make.provider()]
    for each in others:
        make.pso(each, stranger, by=make.reviewer())
    bob = make.person()
    group = started(bob, [about.provider, *others])
    filing.file_some(group.pk, most=3)
    assert letter_to(stranger)
    bobs = bob.access_requests.get(provider=about.provider)
    line = AuditEvent.objects.get(type="request_submitted", request_id=bobs.pk)
    for viewer in (bob, make.reviewer()):
        rows = rows_of(viewer, f"providers/{about.provider.ccn}")
        # To Bob, about all of it; and to the two PSOs of this CCN, about this one alone.
        assert rows[str(line.pk)]["Emails waiting"] == "3"
