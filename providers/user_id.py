"""The notice rules facility names out of User IDs: a person moves on, the User ID stays (rule 4).

Named in settings.USER_ID_VALIDATORS. docs/user-ids.md shows by examples what is decided here.
"""

from __future__ import annotations

import re
from typing import Final

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from providers import names
from providers.models import Provider
from providers.typed_user_id import TypedUserId
from providers.user_id_rules import Finding, finding_of

# Brands stand in the names of a hundred homes; more rows say nothing new.
_MOST_ROWS: Final = 500
_SPOKEN_AS: Final = "SELECT name, trade_name, legal_name FROM providers_spoken_as(%s, %s)"
# As they stand on the roster, with no further digit beside them: in a longer row of digits six
# that are some CCN mean nothing.
_CCN_WITHIN: Final = re.compile(
    r"(?<![0-9])(?=([0-9]{6}(?![0-9])|[0-9]{2}[a-z][0-9]{3}(?![0-9])|[0-9]{2}[a-z]{2}[0-9]{2}(?![0-9])"
    r"|[0-9]{2}[a-z][0-9]{7}(?![0-9])|[a-e][0-9]{5}(?![0-9])))"
)


def judge_names(value: str) -> None:
    """Raises ValidationError, code "provider_name", when a provider's whole name stands in it;
    code "warning" when only a part does that people know it by. One query, by an index.
    """
    typed = TypedUserId.of(value)
    if not typed.could_be_spoken:
        return
    with connection.cursor() as cursor:
        cursor.execute(_SPOKEN_AS, [sorted(typed.could_be_spoken), _MOST_ROWS])
        rows = cursor.fetchall()
    findings = [found for row in rows if (found := finding_of(typed, *row)) is not None]
    if not findings:
        return
    worst = min(findings, key=lambda found: (not found.is_whole, -len(found.text), found.name))
    raise _refusal(worst) if worst.is_whole else _warning(worst)


def refuse_ccn(value: str) -> None:
    """Raises ValidationError, code "like_ccn", when a provider's CCN stands in it."""
    could_be = {found[1].upper() for found in _CCN_WITHIN.finditer(value)}
    if not could_be:
        return
    found = Provider.objects.filter(ccn__in=could_be).order_by("ccn").first()
    if found is not None:
        raise ValidationError(
            _(
                "This holds the CCN of a provider: %(ccn)s (%(name)s). Leave it out: your User ID "
                "can never change, even when you change your job."
            ),
            params={"ccn": found.ccn, "name": found.display_name},
            code="like_ccn",
        )


def _refusal(found: Finding) -> ValidationError:
    return ValidationError(
        _(
            "This holds the name of a provider: “%(name)s”. Leave the names of facilities "
            "out: your User ID can never change, even when you change your job."
        ),
        params={"name": names.title(found.name)},
        code="provider_name",
    )


def _warning(found: Finding) -> ValidationError:
    return ValidationError(
        _(
            "This holds part of the name of a provider, “%(name)s”. Choose another one if it "
            "stands for the provider: your User ID can never change."
        ),
        params={"name": names.title(found.name)},
        code="warning",
    )
