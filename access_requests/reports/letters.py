"""The words in which contacts are told of claims. They have no account: an email is all there is.

What a claimant wrote goes to people outside. It is no way to send them links.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from access_requests.models import AccessRequest, ClaimLetter
from access_requests.reports import links
from accounts.letter_words import without_links, words_of
from accounts.models import OutgoingEmail
from accounts.notices import email_to


def email_about(letters: Sequence[ClaimLetter]) -> OutgoingEmail:
    """One email to one contact's address about one claim or several; the rows exist already."""
    contact = letters[0].contact
    claims = [_claim(each.access_request) for each in letters]
    template = "pso_claimed" if len(claims) == 1 else "psos_claimed"
    context = {"claims": claims, "claim": claims[0], "number": len(claims), "lasts": links.LASTS}
    subject, body = words_of(f"reports/emails/{template}.txt", **context)
    return email_to(
        contact.email,
        greeting=contact.name,
        subject=subject,
        body=body,
        path=links.path_of(letters[0]),
        about=[
            _(
                "The Centers for Medicare & Medicaid Services (CMS) sends this by its iQIES access "
                "portal, since you are a contact that CMS knows at the provider."
            ),
            _(
                "To make sure that it is from CMS, or to say that you are no contact there, call "
                "the iQIES Service Center at %(phone)s."
            )
            % {"phone": settings.SERVICE_CENTER_PHONE},
        ],
    )


def _claim(access_request: AccessRequest) -> dict[str, str]:
    provider = access_request.provider
    return {
        "person": without_links(access_request.requester),
        "job_title": without_links(access_request.job_title),
        "employer": without_links(access_request.employer),
        "name": provider.display_name,
        "place": provider.place,
        "ccn": provider.ccn,
    }
