"""How the machine judges each check, with the sentence that says on what evidence.

holds: True, False, or None where only a person can say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.desk.facts import Facts, Twin
from access_requests.desk.sql import MOST_COUNTED
from access_requests.email_rule import MOST_PROVIDERS_WITH_PERSONAL_EMAIL
from access_requests.models import ContactAttempt, EmploymentReport
from access_requests.personal_domains import is_personal
from accounts.models import IdentityProofing


@dataclass(frozen=True)
class Finding:
    """`since`: what speaks against the person is of this moment, and older answers no longer
    count. `by_person`: somebody wrote it down; the machine only reads it."""

    holds: bool | None
    evidence: str
    since: datetime | None = None
    by_person: bool = False


def ccn(facts: Facts) -> Finding:
    provider = facts.request.provider
    if not provider.is_open:
        return Finding(False, _("CMS’s list no longer has it: the provider has closed."))
    if provider.provisional_id and provider.ccn == provider.provisional_id:
        return Finding(True, _("Not certified yet: CMS added it under a provisional identifier."))
    return Finding(True, _("On CMS’s list, and open."))


def no_pso(facts: Facts) -> Finding:
    if facts.active_psos:
        return Finding(False, _("The CCN has a PSO, who now decides."))
    return Finding(True, _("Nobody is PSO of this CCN."))


def employment(facts: Facts) -> Finding:
    request = facts.request
    said = _("States: %(job_title)s, employed by %(employer)s.") % {
        "job_title": request.job_title,
        "employer": request.employer,
    }
    known_as = _known_as(facts)
    listed = (
        _("CMS’s list has the employer as %(as)s.") % {"as": known_as}
        if known_as
        else _("CMS’s list does not name this employer.")
    )
    return Finding(None, f"{said} {listed}")


def _known_as(facts: Facts) -> str:
    provider, employer = facts.request.provider, _plain(facts.request.employer)
    names = [
        (provider.legal_name, _("the provider’s legal name")),
        (provider.doing_business_as, _("the name the provider does business under")),
        (provider.name, _("the provider’s name")),
        (facts.chain_name, _("the provider’s chain")),
    ]
    return next((said for name, said in names if name and _plain(name) == employer), "")


def _plain(name: str) -> str:
    """ "Burns Nursing Home, Inc." and "BURNS NURSING HOME INC" are one name."""
    letters = "".join(each if each.isalnum() else " " for each in name.lower())
    return " ".join(letters.split())


def email(facts: Facts) -> Finding:
    domain = facts.request.requester.email_domain
    if is_personal(domain):
        return _personal_address(facts)
    if facts.people_here:
        said = ngettext(
            "%(n)s other person with a role at this CCN uses %(domain)s.",
            "%(n)s other people with a role at this CCN use %(domain)s.",
            facts.people_here,
        )
        return Finding(True, said % {"n": _at_least(facts.people_here), "domain": domain})
    if facts.people_in_chain:
        said = ngettext(
            "%(n)s other person with a role in this chain uses %(domain)s.",
            "%(n)s other people with a role in this chain use %(domain)s.",
            facts.people_in_chain,
        )
        return Finding(True, said % {"n": _at_least(facts.people_in_chain), "domain": domain})
    return Finding(
        None,
        _("Nobody else with a role at this CCN or its chain uses %(domain)s yet.")
        % {"domain": domain},
    )


def _personal_address(facts: Facts) -> Finding:
    """The small-provider exception: attested, and the roster does not say otherwise."""
    request = facts.request
    if not request.attests_no_corporate_email:
        return Finding(False, _("A personal address, without the attestation it needs."))
    if request.provider.chain_id is None:
        if request.attests_small_organization:
            said = _(
                "A personal address. Attested: no domain of its own, and at most two providers. "
                "CMS’s list names no chain."
            )
            return Finding(True, said)
        return Finding(False, _("A personal address, and the organization’s size is not attested."))
    size = facts.chain_size
    said = ngettext(
        "A personal address, attested; the chain has %(n)d provider.",
        "A personal address, attested; the chain has %(n)d providers.",
        size,
    ) % {"n": size}
    return Finding(size <= MOST_PROVIDERS_WITH_PERSONAL_EMAIL, said)


def not_vendor(facts: Facts) -> Finding:
    own, vendors = facts.own_vendor, facts.vendors
    domain = facts.request.requester.email_domain
    if own.number:
        return Finding(False, _("This person has asked here as a vendor."), own.newest)
    if is_personal(domain) or not vendors.number:
        return Finding(True, _("No vendor’s request here by this person or by their email domain."))
    if vendors.here:
        said = ngettext(
            "%(domain)s is on %(n)d vendor’s request at this CCN.",
            "%(domain)s is on %(n)d vendors’ requests at this CCN.",
            vendors.here,
        )
        return Finding(False, said % {"n": vendors.here, "domain": domain}, vendors.newest)
    said = ngettext(
        "%(domain)s is on %(n)d vendor’s request at other CCNs, none at this one.",
        "%(domain)s is on %(n)d vendors’ requests at other CCNs, none at this one.",
        vendors.number,
    )
    return Finding(None, said % {"n": vendors.number, "domain": domain}, vendors.newest)


def second_path(facts: Facts) -> Finding:
    attempt = facts.attempt
    if attempt is None:
        if not facts.tries:
            return Finding(None, _("Nobody has called yet."))
        said = ngettext(
            "%(n)d attempt, nobody reached.", "%(n)d attempts, nobody reached.", facts.tries
        )
        return Finding(None, said % {"n": facts.tries})
    confirmed = attempt.outcome == ContactAttempt.Outcome.CONFIRMED
    is_call = attempt.how == ContactAttempt.How.CALL
    match (is_call, confirmed):
        case (True, True):
            said = _("%(who)s confirmed it, called at %(where)s by %(by)s.")
        case (True, False):
            said = _("%(who)s did not confirm it, called at %(where)s by %(by)s.")
        case (False, True):
            said = _("%(who)s confirmed it, writing from %(where)s to %(by)s.")
        case _:
            said = _("%(who)s did not confirm it, writing from %(where)s to %(by)s.")
    words = {"who": attempt.who, "where": attempt.reached_at, "by": attempt.by}
    return Finding(confirmed, said % words, by_person=True)


def identity(facts: Facts) -> Finding:
    match facts.request.requester.identity_proofing:
        case IdentityProofing.HARP:
            return Finding(True, _("HARP has proofed the person’s identity."))
        case IdentityProofing.HAND:
            return Finding(True, _("The person’s identity was proofed by hand."))
        case _:
            return Finding(None, _("Not proofed, by HARP or by hand."))


def not_refused(facts: Facts) -> Finding:
    refusals = facts.refusals
    if not refusals.number:
        return Finding(True, _("Nothing was rejected here, and no PSO request anywhere."))
    said = ngettext(
        "%(n)d request of this person was rejected, %(here)d of them at this CCN.",
        "%(n)d requests of this person were rejected, %(here)d of them at this CCN.",
        refusals.number,
    )
    words = {"n": refusals.number, "here": refusals.here}
    return Finding(False, said % words, refusals.newest)


def one_account(facts: Facts) -> Finding:
    if not facts.twins:
        return Finding(True, _("No other account has this name and the same employer or phone."))
    said = " ".join(_alike(twin) for twin in facts.twins)
    return Finding(False, said, max(twin.since for twin in facts.twins))


def _alike(twin: Twin) -> str:
    words = {
        "name": _("legal name"),
        "employer": _("employer"),
        "phone": _("phone number"),
        "address": _("name in the email address"),
        "harp": _("User ID at HARP"),
    }
    same = ", ".join(words[each] for each in twin.same)
    return _("The account %(user_id)s has the same %(what)s.") % {
        "user_id": twin.username,
        "what": same,
    }


def not_reported(facts: Facts) -> Finding:
    if not facts.reports.number:
        return _settled(facts)
    said = ngettext(
        "%(n)d report is open. Settle it first.",
        "%(n)d reports are open. Settle them first.",
        facts.reports.number,
    )
    return Finding(False, said % {"n": facts.reports.number})


def _settled(facts: Facts) -> Finding:
    """The newest outcome is what is known now."""
    if not facts.settled:
        return Finding(True, _("Nobody has reported it."))
    works_there = facts.last_settled == EmploymentReport.Outcome.NOT_UPHELD
    said = (
        ngettext(
            "%(n)d report, settled: works there.",
            "%(n)d reports, settled; by the last: works there.",
            facts.settled,
        )
        if works_there
        else ngettext(
            "%(n)d report, settled: does not work there.",
            "%(n)d reports, settled; by the last: does not work there.",
            facts.settled,
        )
    )
    return Finding(works_there, said % {"n": facts.settled}, by_person=True)


def _at_least(number: int) -> str:
    return f"{number}+" if number >= MOST_COUNTED else str(number)
