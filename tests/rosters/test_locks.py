"""Who has an upload in hand, shown with the other's transaction still open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.db import connection

from providers.models import RosterImport, RosterUpload
from providers.roster import uploads, working
from tests import builders as make
from tests.rosters.builders import accepted, compared, now, received, rows
from tests.services import database_url

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other() -> Iterator[Any]:
    """Another connection; and whoever would wait for it here fails at once."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '500ms'")
    made = psycopg2.connect(database_url())
    yield made
    made.close()


def hold(other: Any, upload: RosterUpload) -> None:
    with other.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM providers_rosterupload WHERE id = %s FOR NO KEY UPDATE", [upload.pk]
        )


def test_of_two_who_accept_at_once_one_is_refused(other: Any) -> None:
    upload = compared(*rows(3))
    hold(other, upload)
    with pytest.raises(uploads.StepRefused, match="worked on right now"):
        accepted(upload)
    with pytest.raises(uploads.StepRefused, match="worked on right now"):
        uploads.drop(upload.pk, by=make.reviewer())
    with other.cursor() as cursor:
        accept = "UPDATE providers_rosterupload SET state = 'importing', accepted_by_id = %s,"
        cursor.execute(
            f"{accept} accepted_at = now() WHERE id = %s", [upload.uploaded_by_id, upload.pk]
        )
    other.commit()
    with pytest.raises(uploads.StepRefused, match=str(upload.uploaded_by)):
        accepted(upload)
    assert working.take_up_next()
    assert not working.take_up_next()
    assert RosterImport.objects.count() == 1


def test_a_worker_leaves_what_somebody_has_in_hand_and_takes_the_next(other: Any) -> None:
    held, free = received(*rows(3)), received(*rows(4))
    hold(other, held)
    assert working.take_up_next()
    assert not working.take_up_next()
    assert (now(held).state, now(free).state) == ("comparing", "compared")
    other.rollback()
    assert working.take_up_next()
    assert now(held).state == "compared"


def test_one_worker_at_a_time_is_busy_with_files(other: Any) -> None:
    upload = received(*rows(3))
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [working._LOCK])
    assert not working.take_up_next()
    assert now(upload).attempts == 0, "to have come second is no attempt"
    other.rollback()
    assert working.take_up_next()
