"""Form controls of the design system that Django has no widget for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms


class RadioTiles(forms.RadioSelect):
    """Radio buttons as large tiles, each with a sentence that says what the choice means."""

    def __init__(self, *, descriptions: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.descriptions: Mapping[str, Any] = descriptions or {}

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["attrs"]["class"] = "usa-radio__input--tile"
        option["description"] = self.descriptions.get(str(option["value"]), "")
        return option


class DateInput(forms.DateInput):
    """The browser's own date field, which speaks ISO dates whatever the page's language."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)
