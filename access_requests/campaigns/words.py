"""One letter in its final words: the step's text with what it says about these CCNs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.campaigns import placeholders
from access_requests.models import CampaignStep
from accounts import notices
from accounts.models import OutgoingEmail
from providers.models import Program, Provider
from providers.reference import EASTERN

# So many CCNs are named in a subject; more are counted.
_NAMED = 2
# A letter is passed on, and found again years later: its link ends.
DECLINE_WITHIN = timedelta(days=180)
_signer = TimestampSigner(salt="campaign letter")


@dataclass(frozen=True)
class Worded:
    subject: str
    body: str


def worded(
    step: CampaignStep, providers: Sequence[Provider], programs: Iterable[Program]
) -> Worded:
    """`programs`: all there are. Those of the campaign, or of these providers, are named."""
    named = _programs_of(step, providers, programs)
    values = {
        "providers": "\n".join(
            f"{each.ccn}  {each.display_name}, {each.place}" for each in providers
        ),
        "ccns": _ccns(providers),
        "dates": "\n".join(line for program in named for line in _dates(program)),
        "program": ", ".join(program.name for program in named) or _("iQIES"),
        "portal": settings.PUBLIC_URL,
        "phone": settings.SERVICE_CENTER_PHONE,
    }
    if not values["dates"]:
        values["dates"] = _("CMS has not announced the dates yet.")
    return Worded(
        subject=placeholders.filled(step.subject, values),
        body=placeholders.filled(step.body.replace("\r\n", "\n"), values),
    )


def email_for(
    letter_id: int,
    address: str,
    step: CampaignStep,
    providers: Sequence[Provider],
    programs: Iterable[Program],
    *,
    name: str,
) -> OutgoingEmail:
    said = worded(step, providers, programs)
    email = notices.email_to(
        address,
        greeting=name,
        subject=said.subject,
        body=said.body,
        path=reverse("access_requests:new"),
        priority=OutgoingEmail.Priority.CAMPAIGN,
        about=about(len(providers)),
        decline_url=decline_url(letter_id),
    )
    return email


def about(number_of_providers: int) -> list[str]:
    """Who writes, why to this address, and where they get letters."""
    why = ngettext(
        "The Centers for Medicare & Medicaid Services (CMS) sends you this because it has your "
        "address as a contact of this provider.",
        "The Centers for Medicare & Medicaid Services (CMS) sends you this because it has your "
        "address as a contact of these providers.",
        number_of_providers,
    )
    return [why, _("Letters: CMS, %(address)s") % {"address": settings.CMS_POSTAL_ADDRESS}]


def decline_url(letter_id: int) -> str:
    return settings.PUBLIC_URL + decline_path(letter_id)


def decline_path(letter_id: int) -> str:
    return reverse("campaigns:decline", args=[_signer.sign(str(letter_id))])


def letter_id_of(token: str) -> int | None:
    """None for a link that is old, and for one that is none of ours."""
    try:
        return int(_signer.unsign(token, max_age=DECLINE_WITHIN))
    except (BadSignature, ValueError):
        return None


def _ccns(providers: Sequence[Provider]) -> str:
    ccns = [each.ccn for each in providers]
    if len(ccns) > _NAMED:
        return _("%(n)d CCNs") % {"n": len(ccns)}
    one_or_two = ngettext("CCN %(ccns)s", "CCNs %(ccns)s", len(ccns))
    return one_or_two % {"ccns": _(" and ").join(ccns)}


def _programs_of(
    step: CampaignStep, providers: Sequence[Provider], programs: Iterable[Program]
) -> list[Program]:
    if step.campaign.program_id is not None:
        return [each for each in programs if each.pk == step.campaign.program_id]
    kinds = {each.kind for each in providers}
    return [each for each in programs if each.onboarded and kinds & set(each.kinds)]


def _dates(program: Program) -> list[str]:
    """Past or future, each line stays true: it names the date."""
    told = [
        (_("PSOs can ask for their role"), program.pso_opens_at),
        (_("Everyone else can ask for access"), program.general_opens_at),
        (_("Assessments go to iQIES"), program.goes_live_at),
    ]
    lines = [f"- {what}: {_since(at)}" for what, at in told if at is not None]
    return [program.name, *lines] if lines else []


def _since(at: datetime) -> str:
    day = formats.date_format(at.astimezone(EASTERN), "F j, Y")
    since = _("since %(day)s") if at <= timezone.now() else _("from %(day)s")
    return since % {"day": day}
