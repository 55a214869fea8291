from __future__ import annotations

from django.db import models
from django.db.models import Q

from providers import names


class Chain(models.Model):
    """Homes under common ownership or control, as CMS lists them.

    The name is the identity: CMS gives a chain another ID from one release to the next.
    """

    name = models.CharField(max_length=200, unique=True)
    cms_id = models.CharField("CMS's ID", max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="chain_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """CMS's list writes in capitals; people read this."""
        return names.title(self.name)
