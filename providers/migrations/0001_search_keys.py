"""How names are compared (providers.models.search_keys says the same in Python)."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

SILENT = "'’`.¿"
BREAKS = ',&-–/()#"+@:;'
ACCENTS = {"á": "a", "é": "e", "í": "i", "ñ": "n", "ó": "o", "ú": "u", "ü": "u"}


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def replaced() -> str:
    expression = "lower($1)"
    pairs = dict.fromkeys(SILENT, "") | dict.fromkeys(BREAKS, " ") | ACCENTS
    for character, replacement in pairs.items():
        expression = f"replace({expression}, {quoted(character)}, {quoted(replacement)})"
    return expression


# One expression each, so that PostgreSQL writes them into the query instead of calling them.
FUNCTION = "CREATE FUNCTION {name}(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT {body} $$"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        TrigramExtension(),
        migrations.RunSQL(
            FUNCTION.format(name="provider_words", body=replaced()),
            "DROP FUNCTION provider_words(text)",
        ),
        migrations.RunSQL(
            FUNCTION.format(name="provider_squeezed", body=f"replace({replaced()}, ' ', '')"),
            "DROP FUNCTION provider_squeezed(text)",
        ),
    ]
