"""What the tables must refuse whoever asks, beyond what a constraint can say."""

from typing import Any

from django.db import migrations

from access_requests import reference

ENDED_STAYS_ENDED = """
CREATE FUNCTION access_request_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A request is never deleted.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'access_request_never_deleted';
    END IF;
    IF OLD.status NOT IN ('pending', 'returned') THEN
        RAISE EXCEPTION 'An ended request never changes.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'access_request_ended_never_changes';
    END IF;
    IF (OLD.requester_id, OLD.provider_id, OLD.role_id, OLD.affiliation, OLD.submitted_at)
        IS DISTINCT FROM
       (NEW.requester_id, NEW.provider_id, NEW.role_id, NEW.affiliation, NEW.submitted_at) THEN
        RAISE EXCEPTION 'Who asked for what, where, as what and when never changes.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'access_request_asks_for_one_thing';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER access_request_keep_history
    BEFORE UPDATE OR DELETE ON access_requests_accessrequest
    FOR EACH ROW EXECUTE FUNCTION access_request_keep_history();

CREATE FUNCTION role_assignment_keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A role assignment is never deleted.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'role_assignment_never_deleted';
    END IF;
    IF OLD.status = 'ended' THEN
        RAISE EXCEPTION 'An ended role assignment never changes.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'role_assignment_ended_never_changes';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER role_assignment_keep_history
    BEFORE UPDATE OR DELETE ON access_requests_roleassignment
    FOR EACH ROW EXECUTE FUNCTION role_assignment_keep_history();
"""

ENDED_STAYS_ENDED_REVERSE = """
DROP TRIGGER role_assignment_keep_history ON access_requests_roleassignment;
DROP FUNCTION role_assignment_keep_history();
DROP TRIGGER access_request_keep_history ON access_requests_accessrequest;
DROP FUNCTION access_request_keep_history();
"""

# Rule 20: an assignment points at a request that is approved and asked for just this person,
# provider, role and belonging. The other way round, an approval without its assignment fails
# when the transaction ends.
ONLY_THROUGH_APPROVAL = """
ALTER TABLE access_requests_accessrequest
    ADD CONSTRAINT access_request_what_was_asked
    UNIQUE (id, requester_id, provider_id, role_id, affiliation, status);

ALTER TABLE access_requests_roleassignment
    ADD COLUMN request_status varchar(10) GENERATED ALWAYS AS ('approved') STORED;

ALTER TABLE access_requests_roleassignment
    ADD CONSTRAINT role_assignment_only_through_approved_request
    FOREIGN KEY (access_request_id, user_id, provider_id, role_id, affiliation, request_status)
    REFERENCES access_requests_accessrequest
        (id, requester_id, provider_id, role_id, affiliation, status);

CREATE FUNCTION access_request_approved_has_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM access_requests_roleassignment WHERE access_request_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'An approved request has a role assignment.'
            USING ERRCODE = 'check_violation',
                  CONSTRAINT = 'access_request_approved_has_assignment';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER access_request_approved_has_assignment
    AFTER INSERT OR UPDATE OF status ON access_requests_accessrequest
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.status = 'approved')
    EXECUTE FUNCTION access_request_approved_has_assignment();
"""

ONLY_THROUGH_APPROVAL_REVERSE = """
DROP TRIGGER access_request_approved_has_assignment ON access_requests_accessrequest;
DROP FUNCTION access_request_approved_has_assignment();
ALTER TABLE access_requests_roleassignment
    DROP CONSTRAINT role_assignment_only_through_approved_request;
ALTER TABLE access_requests_roleassignment DROP COLUMN request_status;
ALTER TABLE access_requests_accessrequest DROP CONSTRAINT access_request_what_was_asked;
"""

# Rule 11, the part that spans rows: nobody is PSO and vendor at one CCN. The provider's lock
# makes two transactions that would each pass alone wait for one another.
PSO_IS_NO_VENDOR = """
CREATE FUNCTION pso_is_no_vendor() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint := CASE TG_TABLE_NAME
        WHEN 'access_requests_accessrequest' THEN (to_jsonb(NEW) ->> 'requester_id')::bigint
        ELSE (to_jsonb(NEW) ->> 'user_id')::bigint END;
BEGIN
    PERFORM 1 FROM providers_provider WHERE id = NEW.provider_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM access_requests_accessrequest
         WHERE requester_id = person AND provider_id = NEW.provider_id
           AND status IN ('pending', 'returned')
           AND CASE WHEN NEW.role_id = 'pso' THEN affiliation = 'vendor' ELSE role_id = 'pso' END
    ) OR EXISTS (
        SELECT 1 FROM access_requests_roleassignment
         WHERE user_id = person AND provider_id = NEW.provider_id AND status <> 'ended'
           AND CASE WHEN NEW.role_id = 'pso' THEN affiliation = 'vendor' ELSE role_id = 'pso' END
    ) THEN
        RAISE EXCEPTION 'Nobody is a PSO and a vendor at one CCN.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pso_is_no_vendor_at_same_ccn';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER access_request_pso_is_no_vendor
    BEFORE INSERT ON access_requests_accessrequest
    FOR EACH ROW WHEN (NEW.role_id = 'pso' OR NEW.affiliation = 'vendor')
    EXECUTE FUNCTION pso_is_no_vendor();

CREATE TRIGGER role_assignment_pso_is_no_vendor
    BEFORE INSERT ON access_requests_roleassignment
    FOR EACH ROW WHEN (NEW.role_id = 'pso' OR NEW.affiliation = 'vendor')
    EXECUTE FUNCTION pso_is_no_vendor();
"""

PSO_IS_NO_VENDOR_REVERSE = """
DROP TRIGGER role_assignment_pso_is_no_vendor ON access_requests_roleassignment;
DROP TRIGGER access_request_pso_is_no_vendor ON access_requests_accessrequest;
DROP FUNCTION pso_is_no_vendor();
"""


def load_roles(apps: Any, schema_editor: Any) -> None:
    reference.load(apps.get_model("access_requests", "Role"))


class Migration(migrations.Migration):
    dependencies = [("access_requests", "0001_initial")]

    operations = [
        migrations.RunPython(load_roles, migrations.RunPython.noop),
        migrations.RunSQL(ENDED_STAYS_ENDED, ENDED_STAYS_ENDED_REVERSE),
        migrations.RunSQL(ONLY_THROUGH_APPROVAL, ONLY_THROUGH_APPROVAL_REVERSE),
        migrations.RunSQL(PSO_IS_NO_VENDOR, PSO_IS_NO_VENDOR_REVERSE),
    ]
