"""What is known of whoever asks, in words for whoever decides."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from access_requests.pso_queue.days import Days
from access_requests.pso_queue.known import Fact, Known

# Accounts younger than this are worth a word.
NEW_ACCOUNT_DAYS: Final = 14


class Note(NamedTuple):
    """`kind`: "warning" speaks against the request, "success" for it, "plain" neither."""

    text: str
    kind: str = "plain"


class Speaker:
    """For one page: what the language and the day are is asked once."""

    def __init__(self, days: Days) -> None:
        self._days = days
        self._language = get_language()
        self._say = _sentences(self._language)

    def notes(self, known: Known) -> list[Note]:
        """What speaks against the request first."""
        return [
            *self._warnings(known),
            self._domain(known),
            *self._others(known),
            self._account(known),
        ]

    def _warnings(self, known: Known) -> Iterable[Note]:
        if fact := known.here.get("rejected"):
            yield Note(self._rejected_here(fact), "warning")
        if fact := known.here.get("revoked"):
            when = self._days.in_words(fact.at)
            yield Note(self._say["revoked_here"] % {"date": when}, "warning")
        if "reported" in known.here:
            yield Note(self._say["reported_here"], "warning")
        if fact := known.here.get(f"other_invited {known.asked.invitation}"):
            yield Note(self._say["other_invited"] % self._by(fact), "warning")
        for kind in ("rejected", "revoked"):
            if kind in known.mine:
                yield Note(self._say[f"{kind}_mine"], "warning")
        for kind in ("rejected", "revoked", "reported"):
            if kind in known.elsewhere:
                yield Note(self._say[f"{kind}_elsewhere"], "warning")
        if known.comes_back:
            yield Note(self._say["comes_back"], "warning")

    def _domain(self, known: Known) -> Note:
        domain = {"domain": known.asked.domain}
        if known.has_personal_address:
            return Note(self._say["personal"])
        for kind in ("domain_here", "domain_chain"):
            if kind in known.here:
                return Note(self._say[kind] % domain, "success")
        return Note(self._say["domain_new"] % domain)

    def _others(self, known: Known) -> Iterable[Note]:
        if fact := known.here.get("holds"):
            yield Note(self._say["holds_here"] % {"roles": fact.words}, "success")
        if number := known.mine.get("holds"):
            yield Note(_has_roles_at_mine(number), "success")
        is_elsewhere_a_vendor = "vendor" in known.mine or "vendor" in known.elsewhere
        if is_elsewhere_a_vendor and not known.asked.is_vendor:
            yield Note(self._say["vendor"])
        if fact := known.here.get(f"invited {known.asked.invitation}"):
            yield Note(self._say["invited"] % self._by(fact), "success")

    def _by(self, fact: Fact) -> dict[str, str | None]:
        return {"name": fact.words, "date": self._days.in_words(fact.at)}

    def _account(self, known: Known) -> Note:
        """Most who ask have just made theirs: it speaks against nobody."""
        age = self._days.passed_since(known.asked.joined)
        if age < NEW_ACCOUNT_DAYS:
            return Note(_account_is_new(age, self._language))
        return Note(self._say["account"] % {"date": self._days.in_words(known.asked.joined)})

    def _rejected_here(self, fact: Fact) -> str:
        said = ngettext(
            "Rejected at this CCN before: %(date)s",
            "Rejected at this CCN %(n)d times, last on %(date)s",
            fact.number,
        )
        return said % {"n": fact.number, "date": self._days.in_words(fact.at)}


@lru_cache(maxsize=8)
def _sentences(language: str | None) -> dict[str, str]:
    return {
        "revoked_here": _("A role revoked at this CCN: %(date)s"),
        "reported_here": _("Reported to CMS as not working at this CCN"),
        "rejected_mine": _("Rejected before at another of your CCNs"),
        "revoked_mine": _("A role revoked at another of your CCNs"),
        "rejected_elsewhere": _("Rejected at a CCN that is not yours"),
        "revoked_elsewhere": _("A role revoked at a CCN that is not yours"),
        "reported_elsewhere": _("Reported to CMS at a CCN that is not yours"),
        "comes_back": _("Email to this person comes back"),
        "personal": _("A personal email address, with the requester’s attestation"),
        "domain_here": _("Others at this CCN use %(domain)s"),
        "domain_chain": _("Others in this chain use %(domain)s"),
        "domain_new": _("Nobody else here or in its chain uses %(domain)s yet"),
        "holds_here": _("Has here: %(roles)s"),
        "vendor": _("Asked as a vendor at another CCN"),
        "invited": _("Invited by %(name)s, %(date)s"),
        "other_invited": _(
            "Invited by %(name)s, %(date)s, but at another address: make sure that it is the person"
            " who was meant"
        ),
        "account": _("Account since %(date)s"),
    }


@lru_cache(maxsize=128)
def _account_is_new(age: int, language: str | None) -> str:
    if not age:
        return _("New account: made today")
    said = ngettext("New account: made %(n)d day ago", "New account: made %(n)d days ago", age)
    return said % {"n": age}


def _has_roles_at_mine(number: int) -> str:
    said = ngettext(
        "Has roles at %(n)d other CCN of yours", "Has roles at %(n)d other CCNs of yours", number
    )
    return said % {"n": number}
