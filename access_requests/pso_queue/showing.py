"""The queue's page: what its layouts are filled with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from access_requests.pso_queue import filters
from access_requests.pso_queue.choices import Choices
from access_requests.pso_queue.days import Days
from access_requests.pso_queue.evidence import Evidence
from access_requests.pso_queue.filters import Filters
from access_requests.pso_queue.layout import Filler, fill, fill_all
from access_requests.pso_queue.listing import MOST_COUNTED, Page, Row
from access_requests.pso_queue.notes import Note
from access_requests.seen import fingerprint_of
from providers import names

SELECTED = mark_safe(" selected")


@cache
def address_of(name: str, *args: int) -> str:
    return reverse(name, args=args)


def rows(page: Page, choices: Choices) -> SafeString:
    address = address_of("access_requests:detail", 0)
    kinds = {each: str(label) for each, label in filters.KINDS.items()}
    days, roles = Days(), dict(choices.roles)
    said = _Said()
    return fill_all(
        "pso_queue/_row.html",
        (
            {
                "pk": each.pk,
                "url": address.replace("/0/", f"/{each.pk}/"),
                "seen": fingerprint_of(each.full_name, each.email),
                "person": each.person,
                "username": each.username,
                "kind": kinds[each.affiliation],
                "kind_code": "info" if each.is_vendor else "plain",
                "job_title": each.job_title,
                "employer": each.employer,
                "role": roles.get(each.role, each.role),
                "home": names.title(each.home_name),
                "place": _place(each),
                "ccn": each.ccn,
                "notes": said.of(page.evidence[each.pk]),
                "at": days.local(each.submitted_at).isoformat(timespec="seconds"),
                "date": days.in_words(each.submitted_at),
                "age": days.age(each.submitted_at),
            }
            for each in page.rows
        ),
    )


def notes(evidence: Evidence) -> SafeString:
    return _Said().of(evidence)


class _Said(dict[Note, SafeString]):
    """Most rows of a page say the same of their people: each sentence is put down once."""

    def __init__(self) -> None:
        super().__init__()
        self._filler = Filler("pso_queue/_note.html")

    def __missing__(self, note: Note) -> SafeString:
        said = self[note] = self._filler.fill(note._asdict())
        return said

    def of(self, evidence: Evidence) -> SafeString:
        return SafeString("".join([self[note] for note in evidence.notes]))


def _place(row: Row) -> str:
    return ", ".join(part for part in (names.title(row.city), row.state) if part)


def fields(chosen: Filters, choices: Choices) -> SafeString:
    """Of the form that narrows the queue. Without what was searched for: they are kept."""
    return _fields(replace(chosen, search="", typed=""), choices, get_language())


@lru_cache(maxsize=256)
def _fields(chosen: Filters, choices: Choices, language: str | None) -> SafeString:
    return fill(
        "pso_queue/_filters.html",
        {
            "homes": _homes(chosen, choices),
            "states": _states(chosen, choices),
            "roles": options(dict(choices.roles), chosen.role),
            "kinds": options(filters.KINDS, chosen.kind),
            "ages": options(filters.AGES, chosen.age),
            "invited": options(filters.INVITED, chosen.invited),
            "sizes": options({str(each): each for each in filters.SIZES}, str(chosen.size)),
        },
    )


def _homes(chosen: Filters, choices: Choices) -> SafeString | str:
    """A PSO of one CCN has nothing to choose among."""
    if choices.ccns < 2:
        return ""
    if not choices.homes:
        return fill("pso_queue/_filter_typed_ccn.html", {"ccn": chosen.ccn})
    homes = {ccn: f"{ccn} {names.title(name)}" for ccn, name in choices.homes}
    if chosen.ccn and chosen.ccn not in homes:
        homes[chosen.ccn] = _("%(ccn)s (not yours)") % {"ccn": chosen.ccn}
    return fill("pso_queue/_filter_ccn.html", {"homes": options(homes, chosen.ccn)})


def _states(chosen: Filters, choices: Choices) -> SafeString | str:
    if len(choices.states) < 2 and not chosen.state:
        return ""
    states = {each: each for each in (*choices.states, chosen.state) if each}
    return fill("pso_queue/_filter_state.html", {"states": options(states, chosen.state)})


def options(values: Mapping[str, object], chosen: str) -> SafeString:
    return fill_all("pso_queue/_option.html", _options(values, chosen))


def _options(values: Mapping[str, object], chosen: str) -> Iterable[dict[str, Any]]:
    for value, label in values.items():
        yield {"value": value, "label": label, "selected": SELECTED if value == chosen else ""}


def how_many(page: Page) -> str:
    """For the page's title, which stands in browser histories: nothing of what was searched for."""
    number = page.matching
    if number is None:
        return _("Further requests")
    if number > MOST_COUNTED:
        return _("%(n)d+ requests") % {"n": MOST_COUNTED}
    return ngettext("%(n)d request", "%(n)d requests", number) % {"n": number}


def summary(chosen: Filters, choices: Choices) -> list[str]:
    """What is chosen, in words."""
    said = [
        _("CCN %(ccn)s") % {"ccn": chosen.ccn} if chosen.ccn else "",
        chosen.state,
        choices.role(chosen.role),
        str(filters.KINDS.get(chosen.kind, "")),
        str(filters.AGES.get(chosen.age, "")),
        str(filters.INVITED.get(chosen.invited, "")),
        _("“%(typed)s”") % {"typed": chosen.typed} if chosen.typed else "",
    ]
    return [each for each in said if each]
