"""A provider that CMS adds by hand: by its CCN, or by a provisional identifier until it has one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from providers.models import Provider
from providers.models.search_keys import squeezed

# Any number will do, so long as no other advisory lock of the portal has it.
_LOCK = 7_301_840
_LAST_NUMBER = 99_999


class NoIdentifierLeft(Exception):
    """A state has 99,999 of them."""


@dataclass(frozen=True, kw_only=True)
class NewProvider:
    """`ccn` is empty where CMS has not certified the provider yet."""

    ccn: str
    kind: str
    name: str
    city: str
    state: str
    address_line_1: str = ""
    zip_code: str = ""
    phone: str = ""


def found_or_made(new: NewProvider) -> tuple[Provider, bool]:
    """The provider, and whether it is new. Somebody who adds the same CCN at this moment is
    waited for, and theirs is taken. In the caller's transaction."""
    # The roster writes in capitals, and lists are ordered by what it writes.
    said = {
        "kind": new.kind,
        "name": new.name.upper(),
        "city": new.city.upper(),
        "state": new.state,
        "address_line_1": new.address_line_1.upper(),
        "zip_code": new.zip_code,
        "phone": new.phone,
    }
    if new.ccn:
        return Provider.objects.get_or_create(ccn=new.ccn, defaults=said)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if (same := _same_provisional(new)) is not None:
        return same, False
    identifier = _next_identifier(new.state)
    made = Provider.objects.create(ccn=identifier, provisional_id=identifier, **said)
    return made, True


def _same_provisional(new: NewProvider) -> Provider | None:
    """Two reviewers may have two people's reports of one provider in hand."""
    alike = Provider.objects.open().filter(
        provisional_id__isnull=False,
        state=new.state,
        squeezed_name=squeezed(new.name),
        kind=new.kind,
    )
    return next((each for each in alike if squeezed(each.city) == squeezed(new.city)), None)


def _next_identifier(state: str) -> str:
    """PTX00001, PTX00002 and on. The lock is held until the caller's transaction ends."""
    given = Provider.objects.filter(provisional_id__startswith=f"P{state}")
    last = given.order_by("-provisional_id").values_list("provisional_id", flat=True).first()
    number = int(last[3:]) + 1 if last else 1
    if number > _LAST_NUMBER:
        raise NoIdentifierLeft(_("No provisional identifier is left for this state."))
    return f"P{state}{number:05}"
