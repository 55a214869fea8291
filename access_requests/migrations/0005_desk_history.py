"""What CMS wrote down about a case stays as it was written; and which requests are for first PSOs.

Whether a CCN has an active PSO stays the one fact that decides (rule 15). The column is how CMS's
queue finds its requests by an index instead of passing over all those at CCNs that have a PSO;
triggers keep it, in the transactions that change the fact and hold the provider's lock. Of a
request that has ended it says what it was then.
"""

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

FIRST_PSOS = """
ALTER TABLE access_requests_accessrequest
    ADD COLUMN is_first_pso boolean NOT NULL DEFAULT false;

UPDATE access_requests_accessrequest AS request SET is_first_pso = true
 WHERE role_id = 'pso' AND status IN ('pending', 'returned') AND NOT EXISTS (
       SELECT FROM access_requests_roleassignment AS held
        WHERE held.provider_id = request.provider_id
          AND held.role_id = 'pso' AND held.status = 'active');

CREATE INDEX access_request_first_psos ON access_requests_accessrequest (submitted_at, id)
    INCLUDE (provider_id, requester_id) WHERE status = 'pending' AND is_first_pso;
CREATE INDEX access_request_first_psos_returned ON access_requests_accessrequest (id)
    WHERE status = 'returned' AND is_first_pso;

CREATE FUNCTION access_request_is_first_pso() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.is_first_pso := NOT EXISTS (
        SELECT FROM access_requests_roleassignment
         WHERE provider_id = NEW.provider_id AND role_id = 'pso' AND status = 'active');
    RETURN NEW;
END $$;

CREATE TRIGGER access_request_is_first_pso
    BEFORE INSERT ON access_requests_accessrequest
    FOR EACH ROW WHEN (NEW.role_id = 'pso') EXECUTE FUNCTION access_request_is_first_pso();

CREATE FUNCTION role_assignment_makes_first_psos() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    without_pso boolean := NOT EXISTS (
        SELECT FROM access_requests_roleassignment
         WHERE provider_id = NEW.provider_id AND role_id = 'pso' AND status = 'active');
BEGIN
    UPDATE access_requests_accessrequest SET is_first_pso = without_pso
     WHERE provider_id = NEW.provider_id AND role_id = 'pso'
       AND status IN ('pending', 'returned') AND is_first_pso <> without_pso;
    RETURN NULL;
END $$;

CREATE TRIGGER role_assignment_makes_first_psos
    AFTER INSERT OR UPDATE OF status ON access_requests_roleassignment
    FOR EACH ROW WHEN (NEW.role_id = 'pso') EXECUTE FUNCTION role_assignment_makes_first_psos();
"""

FIRST_PSOS_REVERSE = """
DROP TRIGGER role_assignment_makes_first_psos ON access_requests_roleassignment;
DROP FUNCTION role_assignment_makes_first_psos();
DROP TRIGGER access_request_is_first_pso ON access_requests_accessrequest;
DROP FUNCTION access_request_is_first_pso();
ALTER TABLE access_requests_accessrequest DROP COLUMN is_first_pso;
"""

# What the checklist looks up about a person. The expressions stand in the indexes word for word as
# access_requests.desk.facts asks.
LOOKED_UP = """
CREATE INDEX user_email_domain ON accounts_user (lower(substring(email from '@([^@]*)$')));
CREATE INDEX user_legal_name ON accounts_user (lower(full_name)) WHERE full_name <> '';
CREATE INDEX access_request_of_vendor ON access_requests_accessrequest (requester_id, provider_id)
    WHERE affiliation = 'vendor' AND status <> 'withdrawn';
"""

LOOKED_UP_REVERSE = """
DROP INDEX user_email_domain;
DROP INDEX user_legal_name;
DROP INDEX access_request_of_vendor;
"""


# How ready a CCN is, as a row (CcnReadiness). Each trigger counts the CCN anew, so that no order of
# steps can leave it wrong; under the lock on the provider that the steps take anyway. New providers
# have nobody yet: they are added in one statement, for the sake of imports.
READINESS = """
CREATE FUNCTION ccn_readiness_recount(this bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    provider record;
    now_psos integer;
    now_waiting integer := 0;
    now_first integer := 0;
BEGIN
    SELECT id, ccn, state, kind, chain_id, closed_on INTO provider
      FROM providers_provider WHERE id = this FOR NO KEY UPDATE;
    IF NOT FOUND OR provider.closed_on IS NOT NULL THEN
        DELETE FROM access_requests_ccnreadiness WHERE provider_id = this;
        RETURN;
    END IF;
    SELECT count(*) INTO now_psos FROM access_requests_roleassignment
     WHERE provider_id = this AND role_id = 'pso' AND status = 'active';
    IF now_psos = 0 THEN
        SELECT count(DISTINCT requester_id),
               count(*) FILTER (WHERE role_id = 'pso' AND status = 'pending')
          INTO now_waiting, now_first
          FROM access_requests_accessrequest
         WHERE provider_id = this AND status IN ('pending', 'returned');
    END IF;
    INSERT INTO access_requests_ccnreadiness AS known
        (provider_id, ccn, state, kind, chain_id, psos, waiting, first_psos)
    VALUES (this, provider.ccn, provider.state, provider.kind, provider.chain_id,
            now_psos, now_waiting, now_first)
    ON CONFLICT (provider_id) DO UPDATE
       SET ccn = EXCLUDED.ccn, state = EXCLUDED.state, kind = EXCLUDED.kind,
           chain_id = EXCLUDED.chain_id, psos = EXCLUDED.psos, waiting = EXCLUDED.waiting,
           first_psos = EXCLUDED.first_psos
     WHERE known IS DISTINCT FROM EXCLUDED;
END $$;

CREATE FUNCTION ccn_readiness_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM ccn_readiness_recount(NEW.provider_id);
    RETURN NULL;
END $$;

CREATE TRIGGER role_assignment_readiness
    AFTER INSERT OR UPDATE OF status ON access_requests_roleassignment
    FOR EACH ROW WHEN (NEW.role_id = 'pso') EXECUTE FUNCTION ccn_readiness_of_row();

CREATE TRIGGER access_request_readiness
    AFTER INSERT OR UPDATE OF status ON access_requests_accessrequest
    FOR EACH ROW EXECUTE FUNCTION ccn_readiness_of_row();

CREATE FUNCTION ccn_readiness_of_providers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO access_requests_ccnreadiness
            (provider_id, ccn, state, kind, chain_id, psos, waiting, first_psos)
        SELECT id, ccn, state, kind, chain_id, 0, 0, 0 FROM newer WHERE closed_on IS NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE access_requests_ccnreadiness AS known
           SET ccn = newer.ccn, state = newer.state, kind = newer.kind, chain_id = newer.chain_id
          FROM newer
         WHERE known.provider_id = newer.id
           AND (known.ccn, known.state, known.kind, known.chain_id)
               IS DISTINCT FROM (newer.ccn, newer.state, newer.kind, newer.chain_id);
        PERFORM ccn_readiness_recount(newer.id)
           FROM newer JOIN older USING (id)
          WHERE newer.closed_on IS DISTINCT FROM older.closed_on;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM access_requests_ccnreadiness USING older WHERE provider_id = older.id;
    ELSE
        DELETE FROM access_requests_ccnreadiness;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER provider_readiness_added AFTER INSERT ON providers_provider
    REFERENCING NEW TABLE AS newer
    FOR EACH STATEMENT EXECUTE FUNCTION ccn_readiness_of_providers();

CREATE TRIGGER provider_readiness_changed AFTER UPDATE ON providers_provider
    REFERENCING OLD TABLE AS older NEW TABLE AS newer
    FOR EACH STATEMENT EXECUTE FUNCTION ccn_readiness_of_providers();

CREATE TRIGGER provider_readiness_removed AFTER DELETE ON providers_provider
    REFERENCING OLD TABLE AS older
    FOR EACH STATEMENT EXECUTE FUNCTION ccn_readiness_of_providers();

CREATE TRIGGER provider_readiness_emptied AFTER TRUNCATE ON providers_provider
    FOR EACH STATEMENT EXECUTE FUNCTION ccn_readiness_of_providers();

SELECT ccn_readiness_recount(id) FROM providers_provider;
"""

READINESS_REVERSE = """
DROP TRIGGER provider_readiness_emptied ON providers_provider;
DROP TRIGGER provider_readiness_removed ON providers_provider;
DROP TRIGGER provider_readiness_changed ON providers_provider;
DROP TRIGGER provider_readiness_added ON providers_provider;
DROP FUNCTION ccn_readiness_of_providers();
DROP TRIGGER access_request_readiness ON access_requests_accessrequest;
DROP TRIGGER role_assignment_readiness ON access_requests_roleassignment;
DROP FUNCTION ccn_readiness_of_row();
DROP FUNCTION ccn_readiness_recount(bigint);
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
        migrations.RunSQL(FIRST_PSOS, FIRST_PSOS_REVERSE),
        migrations.RunSQL(LOOKED_UP, LOOKED_UP_REVERSE),
        migrations.RunSQL(READINESS, READINESS_REVERSE),
    ]
