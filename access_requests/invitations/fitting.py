"""Which invitations of a letter somebody could accept at all, whatever they state: said before they
type anything, and nothing is spent. The rules are those of asking, which accepting asks again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from access_requests.groups.judging import psos_at, refusals
from access_requests.models import Affiliation, Invitation, InvitationLetter
from access_requests.statement import NotEligible, Statement
from accounts.models import User


@dataclass(frozen=True)
class Fit:
    """`refused`: those that this person cannot accept, each with why."""

    rows: Sequence[Invitation]
    refused: Sequence[tuple[Invitation, NotEligible]]
    has_no_pso: bool

    @property
    def possible(self) -> list[Invitation]:
        refused = {each.pk for each, _why in self.refused}
        return [each for each in self.rows if each.pk not in refused]

    @property
    def needs_other_address(self) -> bool:
        return any(why.field in {"email", "pso_ccns"} for _each, why in self.refused)

    @property
    def has_too_many_pso_ccns(self) -> bool:
        return any(why.field == "pso_ccns" for _each, why in self.refused)


def fit_of(person: User, rows: Sequence[Invitation]) -> Fit:
    """The rows are open ones of one letter, with their providers. The same queries for any number,
    but for a personal address, with which each chain is counted."""
    role = rows[0].role
    psos = psos_at(each.provider for each in rows)
    found = refusals(
        person,
        [each.provider for each in rows],
        [role],
        _the_most(Affiliation(rows[0].affiliation)),
        psos,
    )
    refused = [
        (each, found[each.provider_id, role.code])
        for each in rows
        if (each.provider_id, role.code) in found
    ]
    if len(refused) < len(rows):
        # Too many only together with the others: which of them, the person chooses.
        refused = [(each, why) for each, why in refused if why.field != "pso_ccns"]
    can_be_had = {each.provider_id for each in rows} - {each.provider_id for each, _ in refused}
    return Fit(rows, refused, has_no_pso=bool(can_be_had - set(psos)))


def is_to(letter: InvitationLetter, person: User) -> bool:
    """Whether it was sent to the address of this account."""
    return letter.address != "" and letter.address.lower() == person.email.lower()


def _the_most(affiliation: Affiliation) -> Statement:
    """All that a person could state in favour of it."""
    return Statement(
        affiliation=affiliation,
        job_title="",
        employer="",
        administrator_name="?",
        administrator_contact="?",
        attests_no_corporate_email=True,
        attests_small_organization=True,
    )
