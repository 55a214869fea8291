"""The notice rules facility names out of User IDs: a person moves on, the User ID stays."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from providers.models import Provider
from providers.models.search_keys import squeezed

# Shorter ones, and names of one word such as "Rosewood", are people's names too.
_SHORTEST: Final = 8
_LONGEST: Final = 60
# Squeezed forms that a name may have around what people call the place.
_BEFORE: Final = ("", "the")
_AFTER: Final = ("", "inc", "llc", "llp", "lp", "corp", "corporation", "co", "ltd")


def refuse_provider_name(value: str) -> None:
    """Raises ValidationError when a provider's whole name stands in it. One query, by an index."""
    text = squeezed(value[:_LONGEST])
    if len(text) < _SHORTEST:
        return
    parts = {
        text[start:end]
        for start in range(len(text) - _SHORTEST + 1)
        for end in range(start + _SHORTEST, len(text) + 1)
    }
    names = [before + part + after for part in parts for before in _BEFORE for after in _AFTER]
    found = Provider.objects.filter(squeezed_name__in=names, name__contains=" ").first()
    if found is not None:
        raise ValidationError(
            _(
                "This holds the name of a provider: “%(name)s”. Leave the names of facilities "
                "out: your User ID can never change, even when you change your job."
            ),
            params={"name": found.display_name},
            code="provider_name",
        )
