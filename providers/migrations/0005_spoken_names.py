"""What people would write of a provider's names into a User ID, found by index.

providers.models.spoken_names says the same in Python; a test compares them over the country.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

# The search path is kept with the function: PostgreSQL 17 and later evaluate the expressions of
# indexes under a bare one.
CREATE = """
    CREATE FUNCTION provider_spoken_names(name text, trade_name text, legal_name text)
    RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path FROM CURRENT
    AS $$
    DECLARE
        texts text[] := '{}';
        said text;
        core text;
        opening text := '';
        parts text[];
        is_first boolean := true;
    BEGIN
        FOREACH said IN ARRAY ARRAY[name, trade_name, legal_name] LOOP
            CONTINUE WHEN NOT is_first AND (said = '' OR said = name);
            said := trim(regexp_replace(provider_words(said), '\\s+', ' ', 'g'));
            core := regexp_replace(said, '^(the )+|( (the|inc|incorporated|llc|l l c|llp|lllp|lp|l p|ltd|limited|corp|corporation|co|company|pc|pllc))+$', '', 'g');
            texts := texts || said || core;
            IF is_first THEN
                parts := string_to_array(core, ' ');
                FOR number IN 1..least(4, cardinality(parts) - 1) LOOP
                    opening := opening || parts[number];
                    texts := texts || opening;
                END LOOP;
            END IF;
            is_first := false;
        END LOOP;
        RETURN ARRAY(
            SELECT DISTINCT spoken
              FROM (SELECT replace(replace(left(replace(text, ' ', ''), 60), 'and', ''), 'saint', 'st')
                      FROM unnest(texts) AS text) AS heard(spoken)
             WHERE length(spoken) >= 4
        );
    END
    $$
"""

# A function of its own, because the planner thinks that every other provider has one of the texts,
# and would rather spell out the names of all of them (half a second) than read the index.
CREATE_SEARCH = """
    CREATE FUNCTION providers_spoken_as(texts text[], at_most integer)
    RETURNS TABLE (name text, trade_name text, legal_name text)
    LANGUAGE sql STABLE
    SET enable_seqscan = off
    AS $$
        SELECT DISTINCT provider.name, provider.doing_business_as, provider.legal_name
        FROM providers_provider AS provider
        WHERE provider_spoken_names(
            provider.name, provider.doing_business_as, provider.legal_name
        ) && texts
        LIMIT at_most
    $$
"""


class Migration(migrations.Migration):
    dependencies = [("providers", "0004_names_alike")]

    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION provider_spoken_names(text, text, text)"),
        migrations.RemoveIndex(model_name="provider", name="provider_squeezed_name"),
        migrations.AddIndex(
            model_name="provider",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    models.F("name"),
                    models.F("doing_business_as"),
                    models.F("legal_name"),
                    function="provider_spoken_names",
                    output_field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                name="provider_spoken_names",
            ),
        ),
        migrations.RunSQL(CREATE_SEARCH, "DROP FUNCTION providers_spoken_as(text[], integer)"),
    ]
