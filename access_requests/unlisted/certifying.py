"""CMS gives a provisional provider the CCN it has been certified with.

The provider stays the same row: its requests, roles, contacts and the provisional identifier stay
with it, and the identifier still finds it. A roster may have brought the CCN meanwhile, as a
provider of its own. What the roster says of it then comes over, with its contacts, what campaigns
sent it and reports that ended there, and that row goes. Where somebody's case is, a request, a role
or a report about a person, a person must decide, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import IntegrityError, models, transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.contacts import steps as contact_steps
from access_requests.models import AccessRequest, DeskEvent, RoleAssignment
from access_requests.unlisted import letters, moving
from accounts import audit
from accounts.deadlocks import taken_again
from accounts.models import User
from providers import sentences
from providers.ccn import Reading
from providers.models import Provider

# What a roster says of a provider.
_LISTED = (
    "kind",
    "name",
    "doing_business_as",
    "legal_name",
    "chain",
    "address_line_1",
    "address_line_2",
    "city",
    "state",
    "zip_code",
    "phone",
    "listed_in",
    "left_blank",
    "closed_on",
)


class NotGiven(Exception):
    """The CCN cannot be given; says why, and what is possible."""


class NotCompared(NotGiven):
    """Nobody has said yet that the row which has the CCN now is the same provider."""

    def __init__(self, ccn: str) -> None:
        super().__init__(
            _("A roster has just brought %(ccn)s. Compare the two, and say that it is the same.")
            % {"ccn": ccn}
        )


@taken_again
@transaction.atomic
def give_ccn(
    provider_id: int, reading: Reading, *, same_as: int | None = None, by: User
) -> Provider:
    """`same_as` is the listed row that the reviewer compared and called the same.

    Raises NotGiven, Provider.DoesNotExist.
    """
    # Before the two rows: whoever adds a contact has this lock first, then a row.
    contact_steps.lock_contacts()
    provider, listed = _lock_both(provider_id, reading.ccn)
    if not provider.is_provisional:
        raise NotGiven(_("This provider has its CCN already: %(ccn)s.") % {"ccn": provider.ccn})
    before, moved = provider.ccn, {}
    if listed is None:
        provider.kind = reading.kind.value
    else:
        _require_no_case(provider, listed)
        if listed.pk != same_as:
            raise NotCompared(listed.ccn)
        moved = _take_over(provider, listed, by=by)
    provider.ccn = reading.ccn
    try:
        with transaction.atomic():
            provider.save()
    except IntegrityError as taken:
        raise NotCompared(reading.ccn) from taken
    _record(provider, before, by=by, was_listed=listed is not None, **moved)
    letters.ccn_given(provider)
    return provider


def cases_at(provider: Provider) -> list[str]:
    """What hangs on a provider and cannot move to another: "2 access requests"."""
    cases = []
    for relation in what_stays():
        theirs = relation.related_model._base_manager.filter(**{relation.field.name: provider})
        if number := theirs.count():
            options = relation.related_model._meta
            name = options.verbose_name if number == 1 else options.verbose_name_plural
            cases.append(f"{number} {name}")
    return cases


def what_stays() -> Iterator[models.ForeignObjectRel]:
    """Every table that keeps a provider from being deleted, whoever adds one, but for those whose
    rows are known to move. What is only counted from others keeps nothing."""
    for field in Provider._meta.get_fields(include_hidden=True):
        if not isinstance(field, models.ForeignObjectRel) or field.related_model in moving.MOVE:
            continue
        if field.on_delete is models.PROTECT:
            yield field


def _lock_both(provider_id: int, ccn: str) -> tuple[Provider, Provider | None]:
    """Against everything: nobody may hang a request on a row that is about to go."""
    wanted = Provider.objects.filter(models.Q(pk=provider_id) | models.Q(ccn=ccn))
    rows = {each.pk: each for each in wanted.order_by("pk").select_for_update(of=("self",))}
    if provider_id not in rows:
        raise Provider.DoesNotExist
    provider = rows.pop(provider_id)
    return provider, next((each for each in rows.values() if each.ccn == ccn), None)


def _require_no_case(provider: Provider, listed: Provider) -> None:
    if not listed.is_open:
        raise NotGiven(sentences.closed(listed))
    cases = cases_at(listed)
    if not cases:
        return
    raise NotGiven(
        _(
            "%(ccn)s is on the roster as %(name)s, %(place)s, and something has happened there "
            "already: %(what)s. Requests and roles never move from one provider to another, so "
            "the two cannot become one. Leave %(provisional)s as it is, and have its people ask "
            "at %(ccn)s. Then end what they have at %(provisional)s: %(open)s."
        )
        % {
            "ccn": listed.ccn,
            "name": listed.display_name,
            "place": listed.place,
            "what": get_text_list(cases, _("and")),
            "provisional": provider.ccn,
            "open": _what_is_open(provider),
        }
    )


def _what_is_open(provider: Provider) -> str:
    asked = AccessRequest.objects.open().filter(provider=provider).count()
    held = RoleAssignment.objects.not_ended().filter(provider=provider).count()
    return "{}, {}".format(
        ngettext("%(n)d open request", "%(n)d open requests", asked) % {"n": asked},
        ngettext("%(n)d role", "%(n)d roles", held) % {"n": held},
    )


def _take_over(provider: Provider, listed: Provider, *, by: User) -> dict[str, int]:
    for field in _LISTED:
        setattr(provider, field, getattr(listed, field))
    moved = moving.move_all(listed, provider, by=by)
    listed.delete()
    return moved


def _record(provider: Provider, before: str, *, by: User, was_listed: bool, **moved: int) -> None:
    """A line under either number: whoever looks for one finds the other."""
    details = {"provisional_id": before, "ccn": provider.ccn, "was_listed": was_listed, **moved}
    audit.record_many(
        audit.Line(type=DeskEvent.CCN_GIVEN, actor=by, ccn=ccn, details=details)
        for ccn in (before, provider.ccn)
    )
