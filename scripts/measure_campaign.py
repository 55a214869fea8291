"""A campaign of 15,000 emails through a real mail server, its worker killed twice meanwhile.

    DATABASE_URL=postgres:///an_empty_database REDIS_URL=redis://127.0.0.1:6379/1 \\
        python scripts/measure_campaign.py [--emails 15000]

The worker is killed (SIGKILL, all its processes) when the mail server has just taken an email and
has not answered yet: the worst moment. Meanwhile first PSO requests are decided, and it is measured
how long each decision's email takes to arrive. Ends with 1 when an email was lost, or sent twice
for another reason than a kill.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import django

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iqies_portal.settings")
django.setup()

from devtools import processes  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from access_requests import workflow  # noqa: E402
from access_requests.campaigns import steps  # noqa: E402
from access_requests.campaigns.audience import Audience  # noqa: E402
from access_requests.models import (  # noqa: E402
    AccessRequest,
    CampaignLetter,
    CampaignStep,
    Contact,
)
from accounts.models import User  # noqa: E402
from iqies_portal import celery_app  # noqa: E402
from providers.models import Provider  # noqa: E402
from tests import builders  # noqa: E402
from tests.mail.sink import TAKEN, MailSink  # noqa: E402
from tests.mail.workers import kill, sweeping_worker  # noqa: E402

DECISIONS = 5
_SWEEP_SECONDS = 15.0
ARRIVED_AFTER: list[float] = []


class Killing:
    """Kills the worker in the middle of these deliveries; the mail server's thread calls it."""

    def __init__(self, sink: MailSink, at: list[int]) -> None:
        self.sink, self.at = sink, at
        self.worker: processes.Child | None = None
        self.died = threading.Event()
        self.campaign_mail = 0
        # When the email of each decision arrived, by address.
        self.told: dict[str, float] = {}

    def has_seen(self, emails: int) -> bool:
        return self.campaign_mail >= emails

    def answer(self, to: str, message: EmailMessage) -> str:
        if not message["List-Unsubscribe"]:
            if "You are now" in str(message["Subject"]):
                self.told[to] = time.monotonic()
            return TAKEN
        self.campaign_mail += 1
        if self.at and self.campaign_mail >= self.at[0] and self.worker is not None:
            self.at.pop(0)
            kill(self.worker)
            self.died.set()
        return TAKEN


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--emails", type=int, default=15_000)
    number = parser.parse_args().emails
    call_command("migrate", verbosity=0)
    celery_app.control.purge()
    reviewer = builders.reviewer(f"reviewer{time.time_ns() % 10**9}")
    make_homes(number, reviewer)
    asked = make_requests(reviewer)
    sink = MailSink()
    sink.start()
    killing = Killing(sink, [number // 4, number * 2 // 3])
    sink.answer = killing.answer

    step = start(reviewer)
    begun = time.monotonic()
    deciding = threading.Thread(target=decide, args=(asked, reviewer, killing, number))
    deciding.start()
    kills = len(killing.at)
    for _ in range(kills):
        with sweeping_worker(sink, children=2, sweep_seconds=_SWEEP_SECONDS) as worker:
            killing.worker, killing.died = worker, threading.Event()
            killing.died.wait()
            print(f"  killed after {killing.campaign_mail:,} emails had arrived")
    with sweeping_worker(sink, children=2, sweep_seconds=_SWEEP_SECONDS) as worker:
        killing.worker = worker
        wait_for(lambda: CampaignStep.objects.get(pk=step.pk).state == "done", 1800)
    seconds = time.monotonic() - begun
    deciding.join()
    sink.stop()
    return report(step, sink, number, kills, seconds)


def make_homes(number: int, reviewer: User) -> None:
    """So many CCNs with a contact each: a country of nursing homes."""
    state_codes = [f"{code:02}" for code in range(1, 53)]
    ccns = [f"{code}{5000 + n}" for n in range(1499) for code in state_codes][:number]
    homes = Provider.objects.bulk_create(
        Provider(ccn=ccn, kind="snf", name=f"SUNRISE {ccn}", city="MOBILE", state="AL")
        for ccn in ccns
    )
    now = timezone.now()
    Contact.objects.bulk_create(
        Contact(
            provider=home,
            name="Ada Winter",
            email=f"contact@home-{home.ccn}.example",
            source=Contact.Source.IMPORTED,
            added_by=reviewer,
            added_at=now,
        )
        for home in homes
    )


def make_requests(reviewer: User) -> list[AccessRequest]:
    """First PSO requests at CCNs that the campaign does not mean."""
    homes = [builders.provider(f"55{5000 + n}", state="CA") for n in range(DECISIONS)]
    return [builders.submit(builders.person(), home, "pso") for home in homes]


def start(reviewer: User) -> CampaignStep:
    meant = Audience(level=0, states=["AL"])
    made = steps.create(name=f"Measured {timezone.now()}", meant=meant, by=reviewer)
    begun = time.monotonic()
    first = made.steps.get()
    step = steps.start(first.pk, by=reviewer, read=steps.digest_of_words(first))
    letters = CampaignLetter.objects.filter(step=step).count()
    print(f"  {letters:,} letters listed in {time.monotonic() - begun:.1f} s")
    return step


def decide(asked: list[AccessRequest], reviewer: User, killing: Killing, number: int) -> None:
    """One decision each time another part of the campaign has been sent."""
    for place, request in enumerate(asked):
        share = number * (2 * place + 1) // (2 * len(asked) + 1)
        wait_for(partial(killing.has_seen, share), 1800)
        begun = time.monotonic()
        workflow.approve(request.pk, by=reviewer)
        address = request.requester.email
        wait_for(partial(killing.told.get, address), 120)
        took = killing.told[address] - begun
        ARRIVED_AFTER.append(took)
        print(f"  a decision after {share:,} emails: its email arrived in {took:.2f} s")


def report(step: CampaignStep, sink: MailSink, number: int, kills: int, seconds: float) -> int:
    with sink.lock:
        letters = [each for each in sink.taken if each["List-Unsubscribe"]]
    addresses = {str(each["To"]) for each in letters}
    repeated = [copies for copies in sink.copies().values() if copies > 1]
    lost = CampaignLetter.objects.filter(step=step).count() - len(addresses)
    extra = sum(copies - 1 for copies in repeated)
    print(f"  {len(addresses):,} addresses reached in {seconds:.0f} s, two kills included")
    print(f"  lost: {lost}; copies beyond the first: {extra}, after {kills} kills")
    is_well = lost == 0 and len(addresses) == number and extra <= kills
    return 0 if is_well and len(ARRIVED_AFTER) == DECISIONS else 1


def wait_for(look: Callable[[], object], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.05)


if __name__ == "__main__":
    raise SystemExit(main())
