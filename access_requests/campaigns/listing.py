"""Who gets a step: its CCNs and its letters, listed when it starts, in three statements."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from access_requests import contacts
from access_requests.campaigns import audience
from access_requests.models import CampaignStep
from providers.models import Provider

_TARGETS = """
INSERT INTO access_requests_campaigntarget (step_id, provider_id, level)
SELECT %s, meant.id, meant.psos FROM ({query}) AS meant (id, psos)
"""
_LETTERS = """
INSERT INTO access_requests_campaignletter (step_id, state, changed_at, address)
SELECT %s, 'listed', %s, known.address
  FROM (SELECT DISTINCT address FROM ({query}) AS contact (provider_id, address)) AS known
 ORDER BY known.address
"""
_WHAT_FOR = """
INSERT INTO access_requests_campaigntarget_letters (campaigntarget_id, campaignletter_id)
SELECT DISTINCT target.id, letter.id
  FROM access_requests_campaigntarget AS target
  JOIN access_requests_campaignletter AS letter ON letter.step_id = target.step_id
  JOIN ({query}) AS contact (provider_id, address)
    ON contact.provider_id = target.provider_id AND contact.address = letter.address
 WHERE target.step_id = %s
"""


def list_letters(step: CampaignStep) -> tuple[int, int]:
    """How many CCNs and how many letters. One letter for each address, whatever CCNs it has.

    An address that email has come back from is listed too, and then told as undeliverable.
    """
    meant = audience.of_campaign(step.campaign).providers()
    targets = _run(_TARGETS, [step.pk], meant.order_by().values_list("id", F("psos")))
    listed = Provider.objects.filter(pk__in=step.targets.values("provider"))
    living = contacts.for_campaigns(contacts.living(listed.only("pk")))
    known = living.exclude(email="").order_by().values_list("provider_id", Lower("email"))
    letters = _run(_LETTERS, [step.pk, timezone.now()], known)
    _run(_WHAT_FOR, [], known, [step.pk])
    return targets, letters


def _run(
    statement: str, before: list[Any], query: QuerySet[Any, Any], after: list[Any] | None = None
) -> int:
    """The statement with a query of the ORM in it; how many rows it made."""
    sql, params = query.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(statement.format(query=sql), [*before, *params, *(after or [])])
        return int(cursor.rowcount)
