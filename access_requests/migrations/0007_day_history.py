"""What the tables must refuse of what happens around a decision."""

from django.db import migrations, models

from access_requests.migrations._queue_functions import FUNCTIONS

NEVER_CHANGES = """
CREATE TRIGGER {table}_never_changes
    BEFORE UPDATE OR DELETE ON access_requests_{table}
    FOR EACH ROW EXECUTE FUNCTION desk_record_never_changes();
"""
TABLES = ("reminder", "reminderletter", "nudge", "coveragenudge", "endwarning")

# An invitation is for one use. Whom it is for, and what for, stays as it was sent; once it has
# ended, the address can be forgotten.
INVITATIONS = """
CREATE FUNCTION invitation_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'An invitation is never deleted.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invitation_never_deleted';
    END IF;
    IF OLD.ended_at IS NOT NULL
       AND (OLD.ended_at, OLD.ended_how, OLD.accepted_by_id, OLD.accepted_elsewhere)
            IS DISTINCT FROM
           (NEW.ended_at, NEW.ended_how, NEW.accepted_by_id, NEW.accepted_elsewhere) THEN
        RAISE EXCEPTION 'An ended invitation never changes.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invitation_ended_never_changes';
    END IF;
    IF (OLD.provider_id, OLD.role_id, OLD.affiliation, OLD.invited_by_id, OLD.invited_as,
        OLD.letter_id, OLD.ends_on, OLD.created_at)
        IS DISTINCT FROM
       (NEW.provider_id, NEW.role_id, NEW.affiliation, NEW.invited_by_id, NEW.invited_as,
        NEW.letter_id, NEW.ends_on, NEW.created_at)
       OR (NEW.address <> OLD.address AND (NEW.address <> '' OR OLD.ended_at IS NULL)) THEN
        RAISE EXCEPTION 'What an invitation is for never changes.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invitation_is_for_one_thing';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER invitation_keep_history
    BEFORE UPDATE OR DELETE ON access_requests_invitation
    FOR EACH ROW EXECUTE FUNCTION invitation_keep_history();

CREATE FUNCTION access_request_matches_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.invitation_id IS DISTINCT FROM NEW.invitation_id THEN
        RAISE EXCEPTION 'Who was invited never changes.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'access_request_invitation_stays';
    END IF;
    IF TG_OP = 'INSERT' AND NOT EXISTS (
        SELECT 1 FROM access_requests_invitation
         WHERE id = NEW.invitation_id AND accepted_by_id = NEW.requester_id
           AND provider_id = NEW.provider_id AND role_id = NEW.role_id
           AND affiliation = NEW.affiliation
    ) THEN
        RAISE EXCEPTION 'A request is for what its invitation was for.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'access_request_matches_invitation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER access_request_matches_invitation
    BEFORE INSERT ON access_requests_accessrequest
    FOR EACH ROW WHEN (NEW.invitation_id IS NOT NULL)
    EXECUTE FUNCTION access_request_matches_invitation();
CREATE TRIGGER access_request_invitation_stays
    BEFORE UPDATE OF invitation_id ON access_requests_accessrequest
    FOR EACH ROW EXECUTE FUNCTION access_request_matches_invitation();
"""

INVITATIONS_REVERSE = """
DROP TRIGGER access_request_invitation_stays ON access_requests_accessrequest;
DROP TRIGGER access_request_matches_invitation ON access_requests_accessrequest;
DROP FUNCTION access_request_matches_invitation();
DROP TRIGGER invitation_keep_history ON access_requests_invitation;
DROP FUNCTION invitation_keep_history();
"""


# The words people are found by (migration 0003), kept beside them: each that the index finds is
# compared again, and making the words anew took ten times as long as comparing them.
WORDS = "provider_words(' ' || username || ' ' || email || ' ' || full_name)"
SEARCH_WORDS = f"""
ALTER TABLE accounts_user ADD COLUMN search_words text GENERATED ALWAYS AS ({WORDS}) STORED;
DROP INDEX user_search;
CREATE INDEX user_search ON accounts_user USING gin (search_words gin_trgm_ops);
"""
SEARCH_WORDS_REVERSE = f"""
DROP INDEX user_search;
ALTER TABLE accounts_user DROP COLUMN search_words;
CREATE INDEX user_search ON accounts_user USING gin ({WORDS} gin_trgm_ops);
"""


class Migration(migrations.Migration):
    dependencies = [("access_requests", "0006_around_a_decision")]

    operations = [
        migrations.AddIndex(
            model_name="accessrequest",
            index=models.Index(
                fields=["provider", "submitted_at", "id"],
                include=["requester", "role", "affiliation", "invitation"],
                condition=models.Q(status="pending"),
                name="access_request_pending_at_ccn",
            ),
        ),
        *(
            migrations.RunSQL(
                NEVER_CHANGES.format(table=table),
                f"DROP TRIGGER {table}_never_changes ON access_requests_{table};",
            )
            for table in TABLES
        ),
        migrations.RunSQL(INVITATIONS, INVITATIONS_REVERSE),
        migrations.RunSQL(SEARCH_WORDS, SEARCH_WORDS_REVERSE),
        *(migrations.RunSQL(body, f"DROP FUNCTION {name};") for name, body in FUNCTIONS.items()),
    ]
