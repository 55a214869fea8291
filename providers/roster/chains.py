"""Chains by name. CMS's lists and years write one name in several ways, and renumber chains."""

from __future__ import annotations

from collections import Counter

from providers.models import Chain
from providers.models.search_keys import squeezed
from providers.roster.rows import Table


def ids_of(table: Table) -> dict[str, int]:
    """By the name as the file writes it. Adds chains that are new, and keeps CMS's newest ID.

    Names that differ only in case, punctuation or spacing are one chain. How it is spelled, the
    first list says, and then the list that leads; so a new spelling changes no provider.
    """
    if "chain_name" not in table.known:
        return {}
    written = Counter(zip(*_columns(table), strict=True))
    names = sorted({name for name, _number in written if name})
    keys = {name: squeezed(name) or name for name in names}
    chains = list(Chain.objects.order_by("-id"))
    known = {squeezed(chain.name) or chain.name: chain for chain in chains}
    taken = {chain.name for chain in chains}
    new: dict[str, Chain] = {}
    changed: dict[int, Chain] = {}
    # The spelling and the number that most rows have come last, and stay.
    for (name, number), _rows in sorted(written.items(), key=lambda item: (item[1], item[0])):
        if not name:
            continue
        chain = known.get(keys[name]) or new.setdefault(keys[name], Chain(name=name))
        before = chain.name, chain.cms_id
        chain.cms_id = number or chain.cms_id
        if chain.pk is None or not (table.layout.follows or name in taken):
            chain.name = name
        if chain.pk and (chain.name, chain.cms_id) != before:
            changed[chain.pk] = chain
    Chain.objects.bulk_create(new.values())
    Chain.objects.bulk_update(changed.values(), ["name", "cms_id"])
    known.update(new)
    return {name: known[key].pk for name, key in keys.items()}


def _columns(table: Table) -> tuple[list[str], list[str]]:
    names = table.values["chain_name"]
    return names, table.values.get("chain_cms_id", [""] * len(names))
