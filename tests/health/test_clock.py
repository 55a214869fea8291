"""What the clock calls exists: Celery would drop an unknown name with a log line and no more."""

from __future__ import annotations

import pytest
from django.conf import settings

from accounts import audit, audit_check, tasks
from iqies_portal import celery_app
from tests import builders as make


def test_every_task_of_the_clock_exists() -> None:
    celery_app.loader.import_default_modules()
    called = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert called <= set(celery_app.tasks)


def test_email_is_swept_and_the_trail_sealed_often_enough() -> None:
    every = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert every["accounts.tasks.deliver_email"] <= 15
    assert every["accounts.tasks.seal_audit_trail"] <= 60


@pytest.mark.django_db
def test_the_sealing_task_seals() -> None:
    audit.record("request_submitted", actor=make.person())
    assert tasks.seal_audit_trail() >= 1
    assert audit_check.check().unsealed == 0
