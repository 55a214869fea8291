"""The queue's page: what its layouts are filled with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from access_requests.pso_queue import filters
from access_requests.pso_queue.choices import Choices
from access_requests.pso_queue.days import Days
from access_requests.pso_queue.evidence import Evidence
from access_requests.pso_queue.filters import Filters
from access_requests.pso_queue.layout import fill, fill_all
from access_requests.pso_queue.listing import Page, Row
from access_requests.seen import fingerprint_of
from providers import names

SELECTED = mark_safe(" selected")


def rows(page: Page, choices: Choices) -> SafeString:
    address = reverse("access_requests:detail", args=[0])
    titles: dict[str, str] = {}
    kinds = {each: str(label) for each, label in filters.KINDS.items()}
    days = Days()
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
                "role": choices.roles.get(each.role, each.role),
                "home": _title(each.home_name, titles),
                "place": _place(each, titles),
                "ccn": each.ccn,
                "notes": notes(page.evidence[each.pk]),
                "at": days.local(each.submitted_at).isoformat(timespec="seconds"),
                "date": days.in_words(each.submitted_at),
                "age": days.age(each.submitted_at),
            }
            for each in page.rows
        ),
    )


def notes(evidence: Evidence) -> SafeString:
    said = ({"kind": each.kind, "text": each.text} for each in evidence.notes)
    return fill_all("pso_queue/_note.html", said)


def _place(row: Row, titles: dict[str, str]) -> str:
    return ", ".join(part for part in (_title(row.city, titles), row.state) if part)


def _title(name: str, known: dict[str, str]) -> str:
    """Many rows of a page are of one home and city."""
    if name not in known:
        known[name] = names.title(name)
    return known[name]


def form(chosen: Filters, choices: Choices) -> SafeString:
    """What narrows the queue; nothing personal is in it."""
    return fill(
        "pso_queue/_filters.html",
        {
            "search": chosen.search,
            "homes": _homes(chosen, choices),
            "states": _states(chosen, choices),
            "roles": options(choices.roles, chosen.role),
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


def summary(chosen: Filters, choices: Choices) -> list[str]:
    """What is chosen, in words."""
    said = [
        _("CCN %(ccn)s") % {"ccn": chosen.ccn} if chosen.ccn else "",
        chosen.state,
        choices.roles.get(chosen.role, chosen.role),
        str(filters.KINDS.get(chosen.kind, "")),
        str(filters.AGES.get(chosen.age, "")),
        str(filters.INVITED.get(chosen.invited, "")),
        _("“%(typed)s”") % {"typed": chosen.typed} if chosen.typed else "",
    ]
    return [each for each in said if each]
