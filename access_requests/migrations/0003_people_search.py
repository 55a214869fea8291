"""People by User ID, name or email: by the beginnings of words, and by names that are alike.

The words are made as those of providers are (provider_words), so that accents, apostrophes and
hyphens carry no meaning here either. Each word follows a space, and a trigram index finds the
beginning of a word from its first letter on.
"""

from django.db import migrations

# The expression stands in the index word for word as access_requests.service_center.search asks.
WORDS = "provider_words(' ' || username || ' ' || email || ' ' || full_name)"

INDEX = f"CREATE INDEX user_search ON accounts_user USING gin ({WORDS} gin_trgm_ops)"

# A function for the reasons given in providers 0004: the planner would read the whole table.
# The first statement loads pg_trgm, so that its setting is known when the function names it.
ALIKE = f"""
    SELECT similarity('', '');
    CREATE FUNCTION people_named_like(typed text, at_most integer)
    RETURNS TABLE (user_id bigint, alike real)
    LANGUAGE sql STABLE
    SET enable_seqscan = off
    SET pg_trgm.word_similarity_threshold = 0.4
    AS $$
        SELECT id, word_similarity(typed, {WORDS})
        FROM accounts_user
        WHERE {WORDS} %> typed
        ORDER BY 2 DESC, full_name, id
        LIMIT at_most
    $$
"""  # noqa: S608 - constants alone


class Migration(migrations.Migration):
    dependencies = [
        ("access_requests", "0002_rules_in_the_database"),
        ("accounts", "0006_case_notes"),
        ("providers", "0004_names_alike"),
    ]

    operations = [
        migrations.RunSQL(INDEX, "DROP INDEX user_search"),
        migrations.RunSQL(ALIKE, "DROP FUNCTION people_named_like(text, integer)"),
    ]
