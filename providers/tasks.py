"""What Celery runs for providers: nothing that may not be run twice."""

from __future__ import annotations

from celery import shared_task

from providers.roster import working


@shared_task(
    # The rows are the truth: what a killed worker had in hand is found by the next sweep, within
    # half a minute, and not after the broker's hour.
    acks_late=False,
    expires=120,
    soft_time_limit=1200,
    time_limit=1230,
)
def work_on_rosters() -> int:
    """Compare and import what is due, until nothing is. Any number of these may run at once."""
    done = 0
    while working.take_up_next():
        done += 1
    return done
