"""Readiness: how many active PSOs a CCN has: none, one, or two and more."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Readiness:
    """`level` is 0, 1 or 2 (two or more)."""

    psos: int

    @property
    def level(self) -> int:
        return min(self.psos, 2)

    @property
    def label(self) -> str:
        return [_("No PSO"), _("One PSO"), _("Two or more PSOs")][self.level]

    @property
    def sentence(self) -> str:
        return [
            _(
                "This CCN has no Provider Security Official (PSO). CMS decides who becomes its "
                "first; other requests wait until then."
            ),
            _("This CCN has one PSO. CMS recommends at least two, so that somebody can decide."),
            _("This CCN has %(n)d PSOs.") % {"n": self.psos},
        ][self.level]
