from __future__ import annotations

import hashlib

from access_requests.models import AccessRequest


def fingerprint(access_request: AccessRequest) -> str:
    """Of what a decider reads on the page and its requester can change meanwhile.

    What the request itself states never changes; a person's name and address can.
    """
    person = access_request.requester
    return hashlib.sha256(f"{person.full_name}\n{person.email}".encode()).hexdigest()[:32]
