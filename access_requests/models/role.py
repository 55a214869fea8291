from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

PSO = "pso"
PSO_NAME = "Provider Security Official"


class Role(models.Model):
    """What a person may do at a provider. Rows are CMS's to edit; the code knows only `pso`."""

    code = models.SlugField(_("code"), max_length=30, primary_key=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    description = models.CharField(_("description"), max_length=255)
    open_to_vendors = models.BooleanField(_("vendors may hold it"), default=False)
    is_offered = models.BooleanField(_("can be asked for"), default=True)
    position = models.PositiveSmallIntegerField(_("position in lists"), default=100)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(code=PSO) | models.Q(open_to_vendors=False),
                name="role_pso_never_open_to_vendors",
            ),
            models.CheckConstraint(
                condition=~models.Q(code=PSO) | models.Q(is_offered=True),
                name="role_pso_always_offered",
            ),
            models.CheckConstraint(
                condition=~models.Q(code=PSO) | models.Q(name=PSO_NAME),
                name="role_pso_keeps_its_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_pso(self) -> bool:
        return self.code == PSO
