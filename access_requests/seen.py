from __future__ import annotations

import hashlib

from access_requests.models import AccessRequest


def fingerprint(access_request: AccessRequest) -> str:
    """Of what a decider reads on the page and its requester can change meanwhile.

    What the request itself states never changes; a person's name and address can.
    """
    person = access_request.requester
    return fingerprint_of(person.full_name, person.email)


def fingerprint_of(full_name: str, email: str) -> str:
    return hashlib.sha256(f"{full_name}\n{email}".encode()).hexdigest()[:32]
