"""The indexes that search runs on cost more to fill row by row than to build at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.contrib.postgres.indexes import GinIndex
from django.db import connection

from providers.models import Provider

# Of fewer rows the building would cost as much, and tests load a few rows very often.
FEWEST_ROWS: Final = 2_000
_MINE: Final = """
    SELECT count(*) FROM pg_class WHERE relname = ANY (%s) AND pg_has_role(relowner, 'USAGE')
"""

_SETTLE: Final = """
    SELECT gin_clean_pending_list(oid) FROM pg_class
    WHERE relname = ANY (%s) AND pg_has_role(relowner, 'USAGE')
"""


@contextmanager
def built_at_once(rows: int) -> Iterator[None]:
    """For the first load of a database: while the list is empty, nobody misses its indexes.

    Holds the table until the transaction ends. Rows may be added and not changed meanwhile: of
    changed ones PostgreSQL would not use the new indexes while an older transaction runs. A role
    that does not own the table, as the portal's in production may not, fills the indexes row by
    row.
    """
    indexes = _search_indexes()
    if rows < FEWEST_ROWS or Provider.objects.exists() or not _may_rebuild(indexes):
        yield
        return
    with connection.schema_editor(atomic=False) as editor:
        for index in indexes:
            editor.remove_index(Provider, index)
    yield
    with connection.cursor() as cursor:
        # What the foreign keys still have to check stands in the way of a new index.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
    with connection.schema_editor(atomic=False) as editor:
        for index in indexes:
            editor.add_index(Provider, index)


def settle() -> None:
    """Sorts in what the indexes have put off, and what every search would else read through.

    Where the role does not own them, autovacuum does it a little later.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [[index.name for index in _search_indexes()]])


def _search_indexes() -> list[GinIndex]:
    return [index for index in Provider._meta.indexes if isinstance(index, GinIndex)]


def _may_rebuild(indexes: list[GinIndex]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_MINE, [[index.name for index in indexes]])
        [mine] = cursor.fetchone()
    return bool(mine == len(indexes))
