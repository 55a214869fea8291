"""How long comparing and importing an uploaded roster take, and how long decisions wait for it.

Loads the roster of the file given, then uploads copies of it in which one in a hundred providers,
one in ten, and then every one has another address. While a worker's steps run, other connections
lock a provider that changes, and one that does not (where there is one), again and again as a
decision does, and note how long they waited at most.

    DATABASE_URL=postgres:///an_empty_database REDIS_URL=... \
        python scripts/measure_roster_upload.py SNF_Enrollments.csv

The database is migrated, and left as it is at the end.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from accounts.models import CmsRole, User  # noqa: E402
from providers.models import Provider, RosterImport, RosterUpload  # noqa: E402
from providers.roster import uploads, working  # noqa: E402
from providers.roster.importing import import_content  # noqa: E402


class Decider(Thread):
    """Locks one provider as a decision does, and lets go of it at once."""

    def __init__(self, ccn: str) -> None:
        super().__init__(daemon=True)
        self.ccn, self.longest, self.stopped = ccn, 0.0, Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            started = time.perf_counter()
            with transaction.atomic():
                Provider.objects.select_for_update(no_key=True).get(ccn=self.ccn)
            self.longest = max(self.longest, time.perf_counter() - started)
            time.sleep(0.005)
        connection.close()


@contextmanager
def deciding(*ccns: str) -> Iterator[list[Decider]]:
    deciders = [Decider(ccn) for ccn in ccns]
    for each in deciders:
        each.start()
    yield deciders
    for each in deciders:
        each.stopped.set()
        each.join()


def changed(raw: bytes, every: int, address: str) -> tuple[bytes, str, str]:
    """The file with another address in every so many rows, and two CCNs: changed, or not."""
    header, *rows = csv.reader(raw.decode("cp1252").splitlines())
    ccn, street = header.index("CCN"), header.index("ADDRESS LINE 1")
    for row in rows[::every]:
        row[street] = address
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode("cp1252"), rows[0][ccn], rows[1][ccn]


def step(upload: RosterUpload, *ccns: str) -> str:
    with deciding(*ccns) as deciders:
        time.sleep(0.2)
        started = time.perf_counter()
        working.take_up_next()
        seconds = time.perf_counter() - started
    waits = ", ".join(f"{each.longest * 1000:.0f} ms" for each in deciders)
    state = RosterUpload.objects.values_list("state", flat=True).get(pk=upload.pk)
    return f"{seconds:5.1f} s, now {state}; longest wait (changed, unchanged): {waits}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    if RosterImport.objects.exists():
        sys.exit("This database holds a roster already. Name an empty one.")
    by = User.objects.create(username="measuring", cms_role=CmsRole.REVIEWER)
    raw = options.file.read_bytes()
    import_content(options.file.name, raw)
    for label, every in (("1 in 100 changed", 100), ("1 in 10 changed", 10), ("all changed", 1)):
        content, pick, other = changed(raw, every, f"{every} NEW STREET")
        started = time.perf_counter()
        upload = uploads.receive(name=options.file.name, raw=content, layout="", by=by)
        kept = time.perf_counter() - started
        print(f"{label}: kept in {kept:.1f} s, {len(content) / 1e6:.1f} MB")
        print(f"  comparing {step(upload, pick, other)}")
        upload.refresh_from_db()
        print(f"  {upload.counts['updated']} of {upload.counts['rows']} rows change")
        uploads.accept(upload.pk, by=by, digest=upload.difference_digest)
        print(f"  importing {step(upload, pick, other)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
