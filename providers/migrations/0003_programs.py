from typing import Any

from django.db import migrations

from providers import reference


def load_programs(apps: Any, schema_editor: Any) -> None:
    reference.load(apps)


class Migration(migrations.Migration):
    dependencies = [("providers", "0002_initial")]

    operations = [migrations.RunPython(load_programs, migrations.RunPython.noop)]
