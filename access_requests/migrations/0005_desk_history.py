"""What CMS wrote down about a case stays as it was written."""

from django.db import migrations

# What this must hold for: the evidence behind a decision.
TABLES = ("contactattempt", "checkconfirmation", "decisionchecklist", "reachattempt")

FUNCTION = """
CREATE FUNCTION desk_record_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'What was written down about a case never changes.'
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_never_changes';
END $$;
"""

TRIGGER = """
CREATE TRIGGER {table}_never_changes
    BEFORE UPDATE OR DELETE ON access_requests_{table}
    FOR EACH ROW EXECUTE FUNCTION desk_record_never_changes();
"""


class Migration(migrations.Migration):
    dependencies = [("access_requests", "0004_cms_desk")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION desk_record_never_changes();"),
        *(
            migrations.RunSQL(
                TRIGGER.format(table=table),
                f"DROP TRIGGER {table}_never_changes ON access_requests_{table};",
            )
            for table in TABLES
        ),
    ]
