"""None of the last six passwords is taken again (rule 6).

The account's row holds the present one; the five before it are kept beside it, each as the
hasher made it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import check_password, is_password_usable
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import PastPassword, User
from accounts.passwords import has_fit_length

REMEMBERED = 6


class NotOneOfTheLastSixValidator:
    def validate(self, password: str, user: Any = None) -> None:
        # Six hashes are not computed for what is refused anyway.
        if user is None or user.pk is None or not has_fit_length(password):
            return
        if any(check_password(password, encoded) for encoded in _last_of(user)):
            raise ValidationError(
                _("This is one of your last six passwords. Choose one that you have not had."),
                code="password_had_before",
            )

    def get_help_text(self) -> str:
        return _("It must not be one of your last six.")


def keep_outgoing(person: User) -> None:
    """In the transaction in which another password takes its place. Locks the person."""
    outgoing = (
        User.objects.select_for_update(no_key=True)
        .values_list("password", flat=True)
        .get(pk=person.pk)
    )
    if not outgoing or not is_password_usable(outgoing):
        return
    past = PastPassword.objects.filter(user=person)
    past.create(user=person, encoded=outgoing, replaced_at=timezone.now())
    newest = past.order_by("-pk").values("pk")[: REMEMBERED - 1]
    past.exclude(pk__in=list(newest.values_list("pk", flat=True))).delete()


def _last_of(person: User) -> list[str]:
    past = PastPassword.objects.filter(user=person).order_by("-pk")
    before = past.values_list("encoded", flat=True)[: REMEMBERED - 1]
    return [each for each in (person.password, *before) if each]
