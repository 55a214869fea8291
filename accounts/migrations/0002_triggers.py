"""What must never happen to a row, whoever asks: an admin page, a script, a psql prompt."""

from django.db import migrations

USER_ID = """
CREATE FUNCTION refuse_user_id_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A User ID can never change.' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER user_id_never_changes
    BEFORE UPDATE OF username ON accounts_user
    FOR EACH ROW WHEN (OLD.username IS DISTINCT FROM NEW.username)
    EXECUTE FUNCTION refuse_user_id_change();
"""

USER_ID_REVERSE = """
DROP TRIGGER user_id_never_changes ON accounts_user;
DROP FUNCTION refuse_user_id_change();
"""

# TRUNCATE is left to the database's grants: tests flush their tables with it.
AUDIT = """
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is only ever added to.'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER audit_event_only_added
    BEFORE UPDATE OR DELETE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
"""

AUDIT_REVERSE = """
DROP TRIGGER audit_event_only_added ON accounts_auditevent;
DROP FUNCTION refuse_audit_change();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(USER_ID, USER_ID_REVERSE),
        migrations.RunSQL(AUDIT, AUDIT_REVERSE),
    ]
