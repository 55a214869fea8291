"""Uploads as reviewers make them; a worker's steps are taken right here."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import User
from providers.models import Provider, RosterUpload
from providers.roster import incoming, uploads, working
from providers.roster.importing import import_content
from tests import builders as make
from tests.providers.builders import enrollment, text_of


def row(ccn: str, **cells: str) -> list[str]:
    """The same enrollment of a CCN in every file."""
    return enrollment(ccn, **{"ENROLLMENT_ID": f"O2020{ccn:0>11}", **cells})


def content(*rows: list[str]) -> bytes:
    return text_of(*rows).encode()


def rows(number: int, first: int = 5000) -> list[list[str]]:
    return [row(f"01{ccn}") for ccn in range(first, first + number)]


def known(*these: list[str]) -> None:
    """The list of providers is as this file says."""
    import_content("SNF_Enrollments_2026.06.30.csv", content(*these), allow_mass_close=True)


def received(*these: list[str], by: User | None = None, name: str = "new.csv") -> RosterUpload:
    raw = content(*these)
    layout = incoming.recognised(name, raw)
    return uploads.receive(name=name, raw=raw, layout=layout, by=by or make.reviewer())


def work() -> None:
    while working.take_up_next():
        pass


def compared(*these: list[str], by: User | None = None, name: str = "new.csv") -> RosterUpload:
    upload = received(*these, by=by, name=name)
    work()
    return now(upload)


def now(upload: RosterUpload) -> RosterUpload:
    return RosterUpload.objects.get(pk=upload.pk)


def accepted(upload: RosterUpload, by: User | None = None, **said: int) -> RosterUpload:
    by = by or make.reviewer()
    return uploads.accept(upload.pk, by=by, digest=upload.difference_digest, **said)


def differences(upload: RosterUpload) -> set[tuple[str, str]]:
    return set(upload.differences.values_list("what", "ccn"))


def roster() -> list[tuple[object, ...]]:
    return list(Provider.objects.order_by("ccn").values_list())


def ccns(closed: bool = False) -> Iterable[str]:
    these = Provider.objects.filter(closed_on__isnull=not closed).order_by("ccn")
    return list(these.values_list("ccn", flat=True))
