"""A User ID that only begins to name a provider: warned about, and taken once confirmed."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from providers.models import Provider
from providers.models.search_keys import squeezed, words

# Shorter openings ("Oak Hill") are in too many people's User IDs by chance.
_SHORTEST: Final = 8
_LONGEST: Final = 60
_LONGEST_NAME: Final = 200


def warn_of_part_of_name(value: str) -> None:
    """Raises ValidationError, code "warning", when the opening of a provider's name stands in it.

    One query: a range of the index for every place where a name could begin.
    """
    text = squeezed(value[:_LONGEST])
    beginnings = {text[at : at + _SHORTEST] for at in range(len(text) - _SHORTEST + 1)}
    if not beginnings:
        return
    could_begin = Q()
    for beginning in beginnings | {"the" + beginning for beginning in beginnings}:
        could_begin |= Q(
            squeezed_name__gte=beginning, squeezed_name__lte=beginning.ljust(_LONGEST_NAME, "z")
        )
    for provider in Provider.objects.filter(could_begin).only("name"):
        opening = _opening(provider.name)
        if opening and opening in text:
            raise ValidationError(
                _(
                    "This begins like the name of a provider, “%(name)s”. Choose another one if "
                    "it stands for the provider: your User ID can never change."
                ),
                params={"name": provider.display_name},
                code="warning",
            )


def _opening(name: str) -> str:
    """ "THE HAVEN OF CAMP VERDE" opens with havenofcamp: words enough to know it by, or nothing."""
    spoken = words(name)
    if spoken[:1] == ["the"]:
        del spoken[0]
    for at, word in enumerate(spoken[1:], start=2):
        opening = "".join(spoken[:at])
        if len(word) > 2 and len(opening) >= _SHORTEST:
            return opening
    return ""
