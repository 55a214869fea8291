"""Days on which an approver does not decide. An absence ends by itself after its last day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import DateField, Max, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from access_requests.models import Absence, DayEvent
from access_requests.workflow.locks import lock_person
from accounts import audit
from accounts.models import User

# Whoever is away longer is not one on whom a CCN can count.
MOST_DAYS = 180
MOST_STANDING = 20


class Overlaps(ValueError):
    """Its text is a sentence for whoever names the absence."""


def standing(day: date) -> QuerySet[Absence]:
    """Neither taken back nor over on this day."""
    return Absence.objects.filter(ended_at=None, last_day__gte=day)


def on(day: date) -> QuerySet[Absence]:
    return standing(day).filter(first_day__lte=day)


def away(user_ids: Iterable[int], day: date) -> dict[int, date]:
    """Who of them is away on this day, and which day is their last. One query."""
    rows = on(day).filter(user__in=list(user_ids)).values_list("user_id")
    return dict(rows.annotate(until=Max("last_day")))


def until(user: str, day: date) -> Subquery:
    """The last day of whoever is away, as a column of rows that name a user: "user", "pk"."""
    of_them = on(day).filter(user=OuterRef(user)).order_by()
    last = of_them.values("user").annotate(last=Max("last_day")).values("last")
    return Subquery(last, output_field=DateField())


def of(user: User) -> list[Absence]:
    """Those that go on or are to come, the next first."""
    found = standing(timezone.localdate()).filter(user=user)
    return list(found.order_by("first_day")[:MOST_STANDING])


@transaction.atomic
def name(user: User, first_day: date, last_day: date) -> Absence:
    """Raises Overlaps. Two of the same at once are one: the person's row is locked."""
    lock_person(user.pk)
    others = standing(first_day).filter(user=user)
    other = others.filter(first_day__lte=last_day).order_by("first_day").first()
    if other is not None:
        raise Overlaps(
            _(
                "You are away from %(first)s to %(last)s already. Remove those days first, or "
                "choose other days."
            )
            % {"first": in_words(other.first_day), "last": in_words(other.last_day)}
        )
    if standing(timezone.localdate()).filter(user=user).count() >= MOST_STANDING:
        raise Overlaps(
            _("You have saved %(n)d absences to come. Remove one of them first.")
            % {"n": MOST_STANDING}
        )
    absence = Absence.objects.create(
        user=user, first_day=first_day, last_day=last_day, created_at=timezone.now()
    )
    _record(DayEvent.ABSENCE_NAMED, absence)
    return absence


@transaction.atomic
def end(absence_id: int, *, by: User) -> bool:
    """Whether there was one of theirs to end; whoever is back early, is back today."""
    now = timezone.now()
    mine = standing(timezone.localdate()).filter(user=by, pk=absence_id)
    absence = mine.select_for_update(no_key=True).first()
    if absence is None:
        return False
    Absence.objects.filter(pk=absence.pk).update(ended_at=now)
    _record(DayEvent.ABSENCE_ENDED, absence)
    return True


def in_words(day: date) -> str:
    return date_format(day, "F j, Y")


def in_short(day: date) -> str:
    return date_format(day, "M j" if day.year == timezone.localdate().year else "M j, Y")


def _record(what: DayEvent, absence: Absence) -> None:
    days = {"first_day": str(absence.first_day), "last_day": str(absence.last_day)}
    audit.record(what, actor=absence.user, person=absence.user, details=days)
