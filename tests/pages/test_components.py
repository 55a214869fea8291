"""What pages are put together from, where it does more than stand there."""

from __future__ import annotations

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string

from accounts.widgets import DateInput, RadioTiles


class AskForm(forms.Form):
    ccn = forms.CharField(label="CCN", help_text="Six characters.")
    role = forms.ChoiceField(
        label="Role",
        choices=[("pso", "PSO"), ("viewer", "Viewer")],
        widget=RadioTiles(descriptions={"pso": "Decides."}),
    )
    note = forms.CharField(required=False, widget=forms.Textarea)
    day = forms.DateField(required=False, widget=DateInput())
    agreed = forms.BooleanField(label="I agree")

    def clean(self) -> None:
        if self.data:
            self.add_error(None, "Not <like> this.")


EMPTY = {"ccn": "", "role": "", "note": "", "day": "2026-07-31"}


def field(name: str, data: dict[str, str] | None = None) -> str:
    return render_to_string("components/field.html", {"field": AskForm(data)[name]})


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_a_label_and_its_hint_belong_to_the_field() -> None:
    html = field("ccn")
    assert '<label class="usa-label" for="id_ccn">' in html
    assert 'id="id_ccn_helptext"' in html
    assert 'aria-describedby="id_ccn_helptext"' in html
    assert "aria-invalid" not in html


def test_so_does_an_error() -> None:
    html = field("ccn", EMPTY)
    assert 'id="id_ccn_error"' in html
    assert 'aria-describedby="id_ccn_helptext id_ccn_error"' in html
    assert 'aria-invalid="true"' in html
    assert "usa-form-group--error" in html


def test_a_choice_is_a_fieldset_with_its_error() -> None:
    html = field("role", EMPTY)
    assert '<fieldset class="usa-fieldset"' in html
    assert 'aria-describedby="id_role_error"' in html
    assert html.count('type="radio"') == 2
    assert "usa-radio__input--tile" in html
    assert "Decides." in html


def test_what_may_be_left_out_says_so() -> None:
    assert "(optional)" in field("note")
    assert "(optional)" not in field("ccn")


def test_a_date_keeps_its_value() -> None:
    html = field("day", EMPTY)
    assert 'type="date"' in html
    assert 'value="2026-07-31"' in html


def test_the_summary_leads_to_every_field_that_is_wrong() -> None:
    html = render_to_string("components/error_summary.html", {"form": AskForm(EMPTY)})
    assert 'role="alert"' in html
    assert "Not &lt;like&gt; this." in html
    for target in ("#id_ccn", "#id_role_0", "#id_agreed"):
        assert f'href="{target}"' in html
    assert "#id_note" not in html


def test_no_summary_without_errors() -> None:
    assert not render_to_string("components/error_summary.html", {"form": AskForm()}).strip()


def test_a_form_by_itself_looks_the_same() -> None:
    assert 'class="usa-label"' in str(AskForm())


@pytest.mark.parametrize(
    "source",
    [
        "{% card heading %}{{ typed }}{% endcard %}",
        "{% summary_box heading %}{{ typed }}{% endsummary_box %}",
        '{% alert "warning" heading %}{{ typed }}{% endalert %}',
    ],
)
def test_boxes_keep_markup_of_ours_and_escape_what_was_typed(source: str) -> None:
    html = render(source.replace("{{ typed }}", "<p>{{ typed }}</p>"), heading="<1>", typed="<2>")
    assert "<p>&lt;2&gt;</p>" in html
    assert "&lt;1&gt;" in html


def test_there_are_four_kinds_of_alert() -> None:
    with pytest.raises(TemplateSyntaxError, match="No such kind"):
        render('{% alert "danger" %}{% endalert %}')


def test_steps_say_which_is_now() -> None:
    html = render_to_string(
        "components/step_indicator.html", {"steps": ["Provider", "Role", "Review"], "current": 2}
    )
    assert html.count('aria-current="step"') == 1
    assert "Step 2 of 3: Role" in html
    assert html.count("usa-step-indicator__segment--complete") == 1


def test_a_timeline_escapes_what_people_wrote() -> None:
    entries = [{"heading": "Returned", "body": "Which <b>days</b>?", "kind": "returned"}]
    html = render_to_string("components/timeline.html", {"entries": entries})
    assert "&lt;b&gt;days" in html
    assert "portal-timeline__entry--returned" in html


def test_no_pages_no_navigation() -> None:
    none = {"next_url": "", "first_url": ""}
    assert not render_to_string("components/pagination.html", none).strip()
    assert "Next page" in render_to_string("components/pagination.html", none | {"next_url": "?a"})
