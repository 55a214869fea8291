"""Case notes are only ever added to; and what the Service Center looks up is found by index."""

from django.db import migrations, models

# TRUNCATE is left to the database's grants: tests flush their tables with it.
CASE_NOTES = """
CREATE FUNCTION refuse_case_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A case note is never changed: write another one.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'case_note_only_added';
END $$;

CREATE TRIGGER case_note_only_added
    BEFORE UPDATE OR DELETE ON accounts_casenote
    FOR EACH ROW EXECUTE FUNCTION refuse_case_note_change();
"""

CASE_NOTES_REVERSE = """
DROP TRIGGER case_note_only_added ON accounts_casenote;
DROP FUNCTION refuse_case_note_change();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_account_records")]

    operations = [
        migrations.RunSQL(CASE_NOTES, CASE_NOTES_REVERSE),
        migrations.AddField(
            model_name="bouncedaddress",
            name="cleared_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                models.F("person"),
                models.F("id"),
                condition=models.Q(
                    ("ccn", ""),
                    ("person__isnull", False),
                    ("request_id", None),
                    models.Q(("type", "person_viewed"), _negated=True),
                ),
                name="audit_event_of_account",
            ),
        ),
        migrations.AddIndex(
            model_name="outgoingemail",
            index=models.Index(fields=["to_address", "-id"], name="outgoing_email_to_address"),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["email"], name="user_email"),
        ),
    ]
