"""The functions that migration 0007 makes. Like a migration, this never changes once released."""

from typing import Final

# What each page of a queue, and each page's frame, asks. As functions, since the plans of their
# statements are kept for the connection: planning them took as long as running them, or longer.
KEPT_PLAN = "LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$"

# With more people of a domain than this, those of the CCN are fewer.
FEW = 40


def with_kept_plan(function: str) -> str:
    return function.format(kept_plan=KEPT_PLAN, few=FEW)


# Of a PSO: how many CCNs, their states, the CCNs themselves with their names where there are
# `most` at most, and the roles there are.
CHOICES = """
CREATE FUNCTION pso_queue_choices(
    viewer bigint, most integer, OUT ccns bigint, OUT states text[], OUT homes text[],
    OUT roles text[]
) {kept_plan}
BEGIN
    WITH mine AS MATERIALIZED (
        SELECT home.ccn, home.name, home.state
          FROM access_requests_roleassignment AS held
          JOIN providers_provider AS home ON home.id = held.provider_id
         WHERE held.user_id = viewer AND held.role_id = 'pso' AND held.status = 'active'
    ), counted AS (SELECT state, count(*) AS number FROM mine GROUP BY state)
    SELECT (SELECT coalesce(sum(number), 0) FROM counted),
           ARRAY(SELECT state FROM counted ORDER BY state),
           ARRAY(SELECT ARRAY[mine.ccn, mine.name] FROM mine
                  WHERE (SELECT sum(number) FROM counted) <= most ORDER BY mine.ccn),
           ARRAY(SELECT ARRAY[code, name] FROM access_requests_role ORDER BY position, name)
      INTO ccns, states, homes, roles;
END $$;
"""

# Whoever is meant by words, to `most`: of a name that more people have, none. Found by index, in a
# statement that is planned for these words; materialized, so that the planner does not hope to
# come by enough of them while it reads the whole table.
PEOPLE = """
CREATE FUNCTION pso_queue_people(
    called text[], most integer, OUT people bigint[]
) LANGUAGE plpgsql STABLE AS $$
DECLARE
    condition text := (
        SELECT string_agg(format('search_words LIKE %L', word), ' AND ') FROM unnest(called) AS word);
BEGIN
    EXECUTE 'WITH meant AS MATERIALIZED (SELECT id FROM accounts_user WHERE ' || condition || ')'
            ' SELECT array_agg(id) FROM (SELECT id FROM meant LIMIT $1 + 1) AS first'
       INTO people USING most;
    people := CASE WHEN cardinality(people) > most THEN NULL ELSE coalesce(people, '{}') END;
END $$;
"""

# A few rows from each CCN of this PSO by index, the oldest of them all first. What the queue is
# narrowed to stands inside, so that no CCN gives more than a page.
CHOSEN = """
    mine AS MATERIALIZED (
        SELECT held.provider_id
          FROM access_requests_roleassignment AS held
         WHERE held.user_id = viewer AND held.role_id = 'pso' AND held.status = 'active'
    ), chosen AS MATERIALIZED (
        SELECT candidate.id, candidate.submitted_at
          FROM mine CROSS JOIN LATERAL (
               SELECT request.id, request.submitted_at
                 FROM access_requests_accessrequest AS request
                WHERE request.provider_id = mine.provider_id
                  AND request.status = 'pending'
                  AND request.requester_id <> viewer
                  AND (request.submitted_at, request.id) > (after_at, after_id) {of_request}
                ORDER BY request.submitted_at, request.id
                LIMIT most) AS candidate {of_home}
         ORDER BY candidate.submitted_at, candidate.id
         LIMIT most
    )
"""
# NULL: whatever it is. A person is compared with the words themselves where too many are called
# so. Scalar subqueries: each is looked up by itself, and only where it is asked for.
OF_REQUEST = """
                  AND (for_role IS NULL OR request.role_id = for_role)
                  AND (as_kind IS NULL OR request.affiliation = as_kind)
                  AND (before IS NULL OR request.submitted_at < before)
                  AND (is_invited IS NULL OR (request.invitation_id IS NOT NULL) = is_invited)
                  AND (called IS NULL OR CASE
                       WHEN people IS NOT NULL
                       THEN request.requester_id IN (SELECT unnest(people))
                       ELSE (SELECT person.search_words LIKE ALL (called)
                               FROM accounts_user AS person
                              WHERE person.id = request.requester_id) END)
"""
OF_HOME = """
         WHERE (at_ccn IS NULL AND in_state IS NULL) OR (
               SELECT (at_ccn IS NULL OR home.ccn = at_ccn)
                      AND (in_state IS NULL OR home.state = in_state)
                 FROM providers_provider AS home WHERE home.id = mine.provider_id)
"""

# What this PSO can decide.
IDS = """
    WITH {chosen} SELECT id FROM chosen ORDER BY submitted_at, id;
"""
IDS_RETURNS = "id bigint"

# A page of it: in each row how many CCNs are the viewer's and a sum that tells whether they are
# still the same, how many requests there are, to `most`, and one of the first `size` requests.
# Where there is none, one row without a request.
PAGE = """
    WITH {chosen}, counted AS (
        SELECT count(*)::integer AS homes,
               coalesce(sum(hashint8(mine.provider_id)), 0)::bigint AS homes_sum,
               (SELECT count(*) FROM chosen)::integer AS matching
          FROM mine
    )
    SELECT counted.*, request.id, request.submitted_at, request.role_id, request.affiliation,
           request.job_title, request.employer, request.requester_id, request.provider_id,
           person.full_name, person.username, person.email, person.date_joined, home.ccn,
           home.name, home.city, home.state, home.chain_id, request.invitation_id
      FROM counted LEFT JOIN (
           SELECT chosen.id FROM chosen ORDER BY chosen.submitted_at, chosen.id LIMIT size
           ) AS first ON true
      LEFT JOIN access_requests_accessrequest AS request ON request.id = first.id
      LEFT JOIN accounts_user AS person ON person.id = request.requester_id
      LEFT JOIN providers_provider AS home ON home.id = request.provider_id
     ORDER BY request.submitted_at, request.id;
"""
PAGE_RETURNS = """
    homes integer, homes_sum bigint, matching integer,
    id bigint, submitted_at timestamptz, role_id varchar, affiliation varchar, job_title varchar,
    employer varchar, requester_id bigint, provider_id bigint, full_name varchar, username varchar,
    email varchar, date_joined timestamptz, ccn varchar, home_name varchar, city varchar,
    state varchar, chain_id bigint, invitation_id bigint
"""

# Not narrowed, which is how most queues are read, the conditions would cost a third of the time.
CHOOSING = """
CREATE FUNCTION {name}(
    viewer bigint, after_at timestamptz, after_id bigint, most integer, size integer, at_ccn text,
    in_state text, for_role text, as_kind text, before timestamptz, is_invited boolean,
    called text[], most_called integer
) RETURNS TABLE ({returns}) {kept_plan}
#variable_conflict use_column
DECLARE
    people bigint[] := CASE WHEN called IS NOT NULL THEN pso_queue_people(called, most_called) END;
BEGIN
    IF coalesce(at_ccn, in_state, for_role, as_kind) IS NULL AND before IS NULL
       AND is_invited IS NULL AND called IS NULL
    THEN RETURN QUERY {everything}
    ELSE RETURN QUERY {narrowed}
    END IF;
END $$;
"""


def choosing(name: str, statement: str, returns: str) -> str:
    everything = CHOSEN.format(of_request="", of_home="")
    narrowed = CHOSEN.format(of_request=OF_REQUEST, of_home=OF_HOME)
    return CHOOSING.format(
        name=name,
        returns=returns,
        kept_plan=KEPT_PLAN,
        everything=statement.format(chosen=everything),
        narrowed=statement.format(chosen=narrowed),
    )


# What is known of whoever asks: kind, person, place, number, last time, words. The place is the
# number of a CCN that is on the page, -1 for another CCN of the viewer's, and 0 elsewhere, of which
# nobody may read more than a yes or no (PRODUCT.md, "who sees what").
#
# A report counts until it is refuted. Whether others of a domain are at the CCN is looked up from
# the people of the domain where they are few, else from those of the CCN; in its chain, from those
# of the domain, of whom one of the first will do. Scalar subqueries there: the planner shall look
# each of them up and stop at the first.
KNOWN = """
CREATE FUNCTION pso_queue_known(
    viewer bigint, people bigint[], homes bigint[], invitations bigint[],
    askers bigint[], at_homes bigint[], domains text[], chains bigint[]
) RETURNS TABLE (kind text, person bigint, place bigint, number bigint, at timestamptz, words text)
{kept_plan}
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH happened AS (
        SELECT 'rejected' AS kind, requester_id AS person, provider_id, ended_at AS at,
               NULL::text AS role_id
          FROM access_requests_accessrequest
         WHERE requester_id = ANY(people) AND status = 'rejected'
        UNION ALL
        SELECT 'revoked', user_id, provider_id, ended_at, NULL
          FROM access_requests_roleassignment
         WHERE user_id = ANY(people) AND ended_how = 'revoked'
        UNION ALL
        SELECT 'holds', user_id, provider_id, NULL, role_id
          FROM access_requests_roleassignment
         WHERE user_id = ANY(people) AND status <> 'ended'
        UNION ALL
        SELECT 'vendor', requester_id, provider_id, NULL, NULL
          FROM access_requests_accessrequest
         WHERE requester_id = ANY(people) AND affiliation = 'vendor' AND status <> 'withdrawn'
        UNION ALL
        SELECT 'reported', about_id, provider_id, NULL, NULL
          FROM access_requests_employmentreport
         WHERE about_id = ANY(people) AND outcome <> 'not_upheld'
    ), placed AS MATERIALIZED (
        SELECT kind, person, provider_id, at, role_id,
               CASE WHEN provider_id = ANY(homes) THEN provider_id
                    WHEN provider_id IN (
                        SELECT mine.provider_id FROM access_requests_roleassignment AS mine
                         WHERE mine.user_id = viewer AND mine.role_id = 'pso'
                           AND mine.status = 'active') THEN -1 ELSE 0 END AS place
          FROM happened
    )
    SELECT kind, person, place,
           CASE WHEN kind = 'holds' THEN count(DISTINCT provider_id) ELSE count(*) END, max(at),
           CASE WHEN kind = 'holds' AND place > 0 THEN (
               SELECT string_agg(role.name, ', ' ORDER BY role.position)
                 FROM access_requests_role AS role
                WHERE role.code = ANY(array_agg(placed.role_id))) END
      FROM placed GROUP BY kind, person, place;

    RETURN QUERY
    SELECT 'bounces', asked.id, 0::bigint, 1::bigint, NULL::timestamptz, NULL::text
      FROM accounts_user AS asked
     WHERE asked.id = ANY(people) AND EXISTS (
           SELECT FROM accounts_bouncedaddress AS bounced
            WHERE bounced.address = lower(asked.email) AND bounced.cleared_at IS NULL);

    IF cardinality(invitations) > 0 THEN RETURN QUERY
    SELECT CASE WHEN invitation.accepted_elsewhere THEN 'other_invited' ELSE 'invited' END,
           invitation.accepted_by_id, invitation.provider_id, invitation.id,
           invitation.created_at, coalesce(nullif(inviter.full_name, ''), inviter.username)::text
      FROM access_requests_invitation AS invitation
      JOIN accounts_user AS inviter ON inviter.id = invitation.invited_by_id
     WHERE invitation.id = ANY(invitations);
    END IF;

    RETURN QUERY
    SELECT CASE WHEN here.known THEN 'domain_here' ELSE 'domain_chain' END, asked.person,
           asked.home, 1::bigint, NULL::timestamptz, NULL::text
      FROM (
           SELECT domain, ARRAY(
                  SELECT colleague.id FROM accounts_user AS colleague
                   WHERE lower(substring(colleague.email from '@([^@]*)$')) = domain
                   LIMIT {few} + 1) AS ids
             FROM (SELECT DISTINCT unnest(domains) AS domain) AS named OFFSET 0
           ) AS known
      JOIN unnest(askers, at_homes, domains, chains) AS asked (person, home, domain, chain)
        ON asked.domain = known.domain
     CROSS JOIN LATERAL (SELECT CASE WHEN cardinality(known.ids) <= {few} THEN EXISTS (
               SELECT FROM access_requests_roleassignment AS held
                WHERE held.user_id = ANY(known.ids) AND held.provider_id = asked.home
                  AND held.status <> 'ended' AND held.user_id <> asked.person)
          ELSE EXISTS (
               SELECT FROM access_requests_roleassignment AS held
                WHERE held.provider_id = asked.home AND held.status <> 'ended'
                  AND held.user_id <> asked.person
                  AND (SELECT right(lower(colleague.email), length(asked.domain) + 1)
                         FROM accounts_user AS colleague
                        WHERE colleague.id = held.user_id) = '@' || asked.domain)
          END AS known OFFSET 0) AS here
     WHERE here.known OR (asked.chain > 0 AND EXISTS (
           SELECT FROM accounts_user AS colleague
            WHERE lower(substring(colleague.email from '@([^@]*)$')) = asked.domain
              AND colleague.id <> asked.person
              AND (SELECT true FROM access_requests_roleassignment AS held
                     JOIN providers_provider AS sister ON sister.id = held.provider_id
                    WHERE held.user_id = colleague.id AND held.status <> 'ended'
                      AND sister.chain_id = asked.chain LIMIT 1)));
END $$;
"""

# What the frame of each page shows of whoever is signed in.
STANDING = """
CREATE FUNCTION portal_standing(
    viewer bigint, page text, most integer, OUT is_pso boolean, OUT unread integer,
    OUT comes_back boolean, OUT has_unread_about_page boolean
) {kept_plan}
BEGIN
    SELECT EXISTS (
               SELECT FROM access_requests_roleassignment AS held
                WHERE held.user_id = viewer AND held.role_id = 'pso' AND held.status = 'active'),
           -- Those about a request are read by opening its page: this one tells of them no more.
           cardinality(ARRAY(
               SELECT notice.id FROM accounts_notice AS notice
                WHERE notice.recipient_id = viewer AND notice.read_at IS NULL
                  AND NOT (notice.path = page AND notice.request_id IS NOT NULL) LIMIT most)),
           EXISTS (
               SELECT FROM accounts_bouncedaddress AS bounced
                WHERE bounced.address = lower(person.email) AND bounced.cleared_at IS NULL),
           EXISTS (
               SELECT FROM accounts_notice AS notice
                WHERE notice.recipient_id = viewer AND notice.read_at IS NULL
                  AND notice.path = page AND notice.request_id IS NOT NULL)
      INTO is_pso, unread, comes_back, has_unread_about_page
      FROM accounts_user AS person WHERE person.id = viewer;
END $$;
"""

FUNCTIONS: Final = {
    "pso_queue_choices": with_kept_plan(CHOICES),
    "pso_queue_people": PEOPLE,
    "pso_queue_ids": choosing("pso_queue_ids", IDS, IDS_RETURNS),
    "pso_queue_page": choosing("pso_queue_page", PAGE, PAGE_RETURNS),
    "pso_queue_known": with_kept_plan(KNOWN),
    "portal_standing": with_kept_plan(STANDING),
}
