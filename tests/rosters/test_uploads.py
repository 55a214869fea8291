"""From upload to import: what each state allows, and that nothing is written before a yes."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Notice
from providers.models import Provider, RosterImport, RosterUpload
from providers.roster import uploads, working
from providers.roster.importing import import_content
from tests import builders as make
from tests.rosters import builders
from tests.rosters.builders import accepted, compared, known, now, received, row, rows, work

pytestmark = pytest.mark.django_db


def audited(upload: RosterUpload) -> list[str]:
    lines = AuditEvent.objects.filter(type__startswith="roster_", details__upload=upload.pk)
    return list(lines.order_by("pk").values_list("type", flat=True))


def test_comparing_writes_nothing_but_what_it_found() -> None:
    known(*rows(40))
    before, imports = builders.roster(), RosterImport.objects.count()
    upload = compared(*rows(38)[1:], row("015000", CITY="DAPHNE"), row("016000"))
    assert builders.differences(upload) == {
        ("changed", "015000"),
        ("new", "016000"),
        ("closed", "015038"),
        ("closed", "015039"),
    }
    assert upload.state == "compared"
    assert upload.counts["lines"]["closed"] == upload.counts["closed"] == 2
    assert upload.counts["listed"] == 40
    changed = upload.differences.get(what="changed")
    assert (changed.before, changed.after) == ({"city": "MOBILE"}, {"city": "DAPHNE"})
    assert builders.roster() == before
    assert RosterImport.objects.count() == imports


def test_what_was_accepted_is_written_and_the_content_is_let_go() -> None:
    known(*rows(40))
    uploader, accepter = make.reviewer(), make.reviewer()
    upload = compared(*rows(40)[1:], row("016000"), by=uploader)
    assert bytes(upload.content)
    accepted(upload, accepter)
    assert "016000" not in builders.ccns(), "written by the worker, not by the yes"
    work()
    upload = now(upload)
    assert (upload.state, bytes(upload.content)) == ("imported", b"")
    assert upload.roster_import == RosterImport.objects.latest("pk")
    assert upload.roster_import.by == accepter
    assert "016000" in builders.ccns()
    assert list(builders.ccns(closed=True)) == ["015000"]
    assert audited(upload) == ["roster_uploaded", "roster_accepted"]
    assert AuditEvent.objects.filter(type="roster_imported", actor=accepter).count() == 1
    assert builders.differences(upload) == {("new", "016000"), ("closed", "015000")}


def test_a_second_yes_is_refused_and_names_the_first_person() -> None:
    upload = compared(*rows(3))
    first = make.reviewer()
    accepted(upload, first)
    with pytest.raises(uploads.StepRefused, match=str(first)):
        accepted(upload)
    work()
    with pytest.raises(uploads.StepRefused, match=str(first)):
        accepted(upload)
    assert RosterImport.objects.count() == 1


def test_a_yes_to_what_is_not_true_any_more_is_refused() -> None:
    upload = compared(*rows(3))
    with pytest.raises(uploads.StepRefused, match="has changed"):
        uploads.accept(upload.pk, by=make.reviewer(), digest="0" * 64)
    assert now(upload).state == "compared"


def test_another_import_in_between_brings_the_new_difference_to_a_person() -> None:
    known(*rows(30))
    accepter = make.reviewer()
    upload = compared(*rows(29), row("016000"))
    accepted(upload, accepter)
    import_content("other.csv", builders.content(*rows(30), row("016000", CITY="DAPHNE")))
    imports = RosterImport.objects.count()
    work()
    upload = now(upload)
    assert upload.state == "compared"
    assert "Nothing was imported" in upload.problem
    assert builders.differences(upload) == {("closed", "015029"), ("changed", "016000")}
    assert (upload.accepted_by, upload.accepted_at) == (None, None)
    assert RosterImport.objects.count() == imports
    assert Provider.objects.get(ccn="016000").city == "DAPHNE"
    told = Notice.objects.filter(kind="roster_not_imported").values_list("recipient_id", flat=True)
    assert set(told) == {accepter.pk, upload.uploaded_by_id}
    accepted(upload)
    work()
    assert now(upload).state == "imported"
    assert Provider.objects.get(ccn="016000").city == "MOBILE"


def test_more_than_five_percent_close_only_with_their_number() -> None:
    known(*rows(100))
    at_the_limit = compared(*rows(95))
    assert not at_the_limit.would_close_too_many
    upload = compared(*rows(94))
    assert upload.would_close_too_many
    for said in ({}, {"closing": 5}):
        with pytest.raises(uploads.MustConfirm):
            accepted(upload, **said)
    accepted(upload, closing=6)
    assert now(upload).allow_mass_close
    work()
    assert len(list(builders.ccns(closed=True))) == 6


def test_a_dropped_file_is_gone_and_is_not_accepted() -> None:
    upload = compared(*rows(3))
    uploads.drop(upload.pk, by=make.reviewer())
    upload = now(upload)
    assert (upload.state, bytes(upload.content)) == ("dropped", b"")
    assert not upload.differences.exists()
    assert audited(upload) == ["roster_uploaded", "roster_dropped"]
    for step in (accepted, lambda upload: uploads.drop(upload.pk, by=make.reviewer())):
        with pytest.raises(uploads.StepRefused, match="dropped"):
            step(upload)


def test_it_can_be_dropped_before_a_worker_comes_but_not_once_accepted() -> None:
    waiting = received(*rows(3))
    uploads.drop(waiting.pk, by=make.reviewer())
    work()
    assert now(waiting).state == "dropped"
    upload = compared(*rows(3))
    accepted(upload)
    with pytest.raises(uploads.StepRefused):
        uploads.drop(upload.pk, by=make.reviewer())


def test_a_file_without_a_usable_row_is_not_usable_and_says_why() -> None:
    upload = compared(row("015009", STATE="ZZ"))
    assert (upload.state, bytes(upload.content)) == ("unusable", b"")
    assert "no row" in upload.problem
    assert audited(upload) == ["roster_uploaded", "roster_unusable"]


def test_a_file_that_kills_its_worker_is_not_tried_for_ever() -> None:
    upload = received(*rows(3))
    for _ in range(working.MOST_ATTEMPTS):
        assert working._take_up() is not None
    assert not working.take_up_next()
    assert now(upload).state == "unusable"
    assert "broken off" in now(upload).problem


def test_an_import_that_kills_its_worker_waits_for_a_yes_again() -> None:
    upload = compared(*rows(3))
    accepted(upload)
    for _ in range(working.MOST_ATTEMPTS):
        assert working._take_up() is not None
    work()
    upload = now(upload)
    assert (upload.state, upload.accepted_by) == ("compared", None)
    assert "Nothing was imported" in upload.problem
    accepted(upload)
    work()
    assert now(upload).state == "imported"


def test_who_waited_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = compared(*rows(3))
    accepted(upload)
    work()
    assert not Notice.objects.filter(kind__startswith="roster_").exists(), "it was quick"
    upload = received(*rows(4))
    long_ago = timezone.now() - 2 * uploads.upload_notices.LONG
    RosterUpload.objects.filter(pk=upload.pk).update(uploaded_at=long_ago)
    work()
    assert Notice.objects.get(kind="roster_compared").recipient_id == upload.uploaded_by_id
    accepted(now(upload))
    RosterUpload.objects.filter(pk=upload.pk).update(accepted_at=long_ago)
    work()
    assert Notice.objects.filter(kind="roster_imported", path=upload.get_absolute_url()).count()


def test_the_database_refuses_an_import_that_nobody_accepted() -> None:
    upload = compared(*rows(3))
    with pytest.raises(IntegrityError, match="roster_upload_accepted_before_import"):
        with transaction.atomic():
            RosterUpload.objects.filter(pk=upload.pk).update(state="importing")
    with pytest.raises(IntegrityError, match="roster_upload_imported_iff_import"):
        with transaction.atomic():
            RosterUpload.objects.filter(pk=upload.pk).update(
                state="imported", accepted_by=make.reviewer(), accepted_at=timezone.now()
            )
    line = upload.differences.earliest("pk")
    with pytest.raises(IntegrityError, match="roster_difference_accepts_only_repairs"):
        with transaction.atomic():
            upload.differences.filter(pk=line.pk).update(repair_accepted=True)
    assert json.dumps(upload.counts)
