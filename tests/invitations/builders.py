from __future__ import annotations

import re
import uuid
from typing import Any

from access_requests.invitations import inviting
from access_requests.invitations.accepting import Said
from access_requests.invitations.checking import Wanted
from access_requests.models import Affiliation, InvitationLetter
from accounts.models import OutgoingEmail, User
from providers.models import Provider
from tests import builders as make

LINK = re.compile(r"/invitations/open/[A-Za-z0-9_-]{43}/")
ADDRESS = "olga@sunrise-care.example"
SAID = Said(statement=make.EMPLOYED)


def wanted(code: str = "assessment_submitter", **fields: Any) -> Wanted:
    asked: dict[str, Any] = {
        "address": ADDRESS,
        "name": "",
        "affiliation": Affiliation.EMPLOYED,
        "ends_on": None,
        "days": 14,
        "form_key": uuid.uuid4(),
    }
    return Wanted(role=make.role(code), **(asked | fields))


def invite(
    by: User, *at: Provider, code: str = "assessment_submitter", **fields: Any
) -> InvitationLetter:
    return inviting.invite(wanted(code, **fields), provider_ids=[each.pk for each in at], by=by)


def emails_to(address: str = ADDRESS) -> list[OutgoingEmail]:
    return list(OutgoingEmail.objects.filter(to_address=address).order_by("pk"))


def link_of(letter: InvitationLetter) -> str:
    """The path of the page, as the email has it."""
    found = LINK.search(OutgoingEmail.objects.get(pk=letter.email_id).body_text)
    assert found
    return found[0]


def arguments_of(route: str, by: User, at: Provider) -> list[object]:
    """For the table of all URLs: an open invitation."""
    letter = InvitationLetter.objects.first() or invite(by, at, address="nora@sunrise-care.example")
    if "<str:token>" in route:
        return [link_of(letter).split("/")[-2]]
    is_letter = "sent/" in route or "mine/" in route
    one = letter.pk if is_letter else letter.invitations.get().pk
    return [one] if "<int:pk>" in route else []
