"""A list of contacts beside those that are there: what is new, what is known, what cannot be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext as _

from access_requests.contacts.forms import ContactFields
from access_requests.contacts.lists import FIELDS, ContactList
from access_requests.contacts.lookup import look_up
from access_requests.models import Contact
from providers.models import Provider

_AT_A_TIME = 5000


@dataclass(frozen=True)
class Row:
    number: int
    provider: Provider
    name: str
    position: str
    email: str
    phone: str

    @property
    def key(self) -> Key:
        return _key(self.provider.pk, self.email, self.name, self.phone)


Key = tuple[int, str, str, str]


@dataclass(frozen=True)
class Refused:
    """A row that cannot be taken: its number, its cells as they are, and why not."""

    number: int
    said: dict[str, str]
    why: str


@dataclass
class Comparison:
    new: list[Row] = field(default_factory=list)
    known: int = 0
    refused: list[Refused] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Of what would be written: the same only while nothing about it has changed."""
        said = [[row.number, *row.key, row.position] for row in self.new]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    @property
    def counts(self) -> dict[str, int]:
        return {"new": len(self.new), "known": self.known, "refused": len(self.refused)}

    @property
    def providers(self) -> int:
        return len({row.provider.pk for row in self.new})


def compare(listed: ContactList) -> Comparison:
    """In a handful of queries for each 5,000 rows."""
    compared = Comparison(left_out=listed.left_out)
    seen: dict[Key, int] = {}
    fields = ContactFields()
    for start in range(0, len(listed.rows), _AT_A_TIME):
        some = listed.rows[start : start + _AT_A_TIME]
        found = look_up({said.get("ccn", "") for _number, said in some})
        there = _there({each.pk for each in found.values() if isinstance(each, Provider)})
        for number, said in some:
            outcome = _judged(number, said, found[said.get("ccn", "")], fields)
            if isinstance(outcome, Row):
                _sort_in(compared, outcome, said, seen, there)
            else:
                compared.refused.append(Refused(number, said, outcome))
    return compared


def _judged(
    number: int, said: dict[str, str], provider: Provider | str, fields: ContactFields
) -> Row | str:
    """The row as it would be kept, or why it cannot be."""
    if isinstance(provider, str):
        return provider
    if not provider.is_open:
        date = formats.date_format(provider.closed_on or "", "M j, Y")
        return _("%(ccn)s is closed since %(date)s.") % {"ccn": provider.ccn, "date": date}
    try:
        cells = fields.clean({name: said.get(name, "") for name in FIELDS})
    except ValidationError as wrong:
        return " ".join(wrong.messages)
    return Row(number, provider, **cells)


def _sort_in(
    compared: Comparison,
    row: Row,
    said: dict[str, str],
    seen: dict[Key, int],
    there: dict[Key, Contact],
) -> None:
    before, contact = seen.setdefault(row.key, row.number), there.get(row.key)
    if before != row.number:
        why = _("The same as row %(n)d.") % {"n": before}
        compared.refused.append(Refused(row.number, said, why))
    elif contact is None:
        compared.new.append(row)
    elif contact.removed_at is None:
        compared.known += 1
    else:
        why = _(
            "Removed on %(date)s: “%(why)s”. Add this contact by hand if it is to be there again."
        ) % {
            "date": formats.date_format(contact.removed_at, "M j, Y"),
            "why": contact.removed_why,
        }
        compared.refused.append(Refused(row.number, said, why))


def _there(provider_ids: Iterable[int]) -> dict[Key, Contact]:
    """Those at these providers; one that is there counts before one that was removed."""
    contacts = Contact.objects.filter(provider__in=provider_ids).order_by("removed_at", "pk")
    there: dict[Key, Contact] = {}
    for each in contacts:
        key = _key(each.provider_id, each.email, each.name, each.phone)
        if each.removed_at is None or key not in there:
            there[key] = each
    return there


def _key(provider_id: int, email: str, name: str, phone: str) -> Key:
    """An address names a contact; without one, name and phone do."""
    if email:
        return provider_id, email, "", ""
    return provider_id, "", name.casefold(), "".join(filter(str.isalnum, phone))
