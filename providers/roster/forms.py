from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from providers.roster import incoming
from providers.roster.layouts import TITLES, Unusable


class UploadForm(forms.Form):
    """A file whose header was recognised. Its bytes and its layout are then in cleaned_data."""

    file = forms.FileField(
        label=_("File"),
        max_length=200,
        help_text=format_lazy(
            _(
                "A list of CMS’s, of any year: {lists}. CSV, as it is or packed as .gz or .xz; "
                "at most 40 MB."
            ),
            lists=", ".join(TITLES.values()),
        ),
        widget=forms.FileInput(
            attrs={"accept": ",".join((*incoming.SUFFIXES, ".gz", ".xz")), "class": "rosters-file"}
        ),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Choose another one."),
            "max_length": _("The file’s name is too long. Shorten it and choose it again."),
            "missing": _("No file arrived. Choose it again."),
            "invalid": _("No file arrived. Choose it again."),
        },
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        name = file.name or ""
        if (file.size or 0) > incoming.MOST_BYTES:
            raise forms.ValidationError(
                _("The file has more than 40 MB. Pack it as .gz or .xz and choose it again.")
            )
        if name.lower().endswith((".xls", ".xlsx", ".ods", ".zip", ".numbers")):
            raise forms.ValidationError(
                _("It is a workbook or a zip. Save it as CSV, and choose that file.")
            )
        if not name.lower().endswith(incoming.SUFFIXES):
            raise forms.ValidationError(
                _("It is not a CSV file: its name must end in .csv, .csv.gz or .csv.xz.")
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file is not None:
            raw = file.read()
            try:
                layout = incoming.recognised(file.name, raw)
            except Unusable as reason:
                self.add_error("file", f"{reason} {_('Choose another file.')}")
            else:
                cleaned |= {"raw": raw, "layout": layout}
        return cleaned
