"""Providers with a name like what was typed, found by the trigram index.

A function, because the planner thinks word_similarity cheap and would rather read the whole
table (0.6 s) than the index (6 ms), and because its two settings then end with the call.
"""

from django.db import migrations

# The first statement loads pg_trgm, so that its setting is known when the function names it.
CREATE = """
    SELECT similarity('', '');
    CREATE FUNCTION providers_named_like(typed text, in_state text, at_most integer)
    RETURNS TABLE (provider_id bigint, alike real)
    LANGUAGE sql STABLE
    SET enable_seqscan = off
    SET pg_trgm.word_similarity_threshold = 0.5
    AS $$
        SELECT id, word_similarity(typed, search_text)
        FROM providers_provider
        WHERE search_text %> typed AND closed_on IS NULL AND in_state IN ('', state)
        ORDER BY 2 DESC, name, ccn
        LIMIT at_most
    $$
"""


class Migration(migrations.Migration):
    dependencies = [("providers", "0003_programs")]

    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION providers_named_like(text, text, integer)"),
    ]
