"""People by User ID, name or email: by the beginnings of words, and by names that are alike.

The words are made as those of providers are (provider_words), so that accents, apostrophes and
hyphens carry no meaning here either. Each word follows a space, and a trigram index finds the
beginning of a word from its first letter on.
"""

from django.db import migrations

# The expressions stand in the indexes word for word as access_requests.service_center.search and
# the function ask.
WORDS = "provider_words(' ' || username || ' ' || email || ' ' || full_name)"
NAME = "provider_words(full_name)"

BY_WORDS = f"CREATE INDEX user_search ON accounts_user USING gin ({WORDS} gin_trgm_ops)"
# Names alone: half the country's addresses end alike, so all of them would be near.
BY_NAME = f"CREATE INDEX user_name_alike ON accounts_user USING gin ({NAME} gin_trgm_ops)"

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
        SELECT id, word_similarity(typed, {NAME})
        FROM accounts_user
        WHERE {NAME} %> typed
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
        migrations.RunSQL(BY_WORDS, "DROP INDEX user_search"),
        migrations.RunSQL(BY_NAME, "DROP INDEX user_name_alike"),
        migrations.RunSQL(ALIKE, "DROP FUNCTION people_named_like(text, integer)"),
    ]
