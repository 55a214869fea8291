"""What this package adds to pages of others: read once, shown by its template there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from access_requests.coverage.standing import Standing
from access_requests.invitations import next_pso
from accounts.models import User
from providers.models import Provider


def on_provider(
    provider: Provider, viewer: User, there: Standing, *, belongs: bool
) -> dict[str, Any]:
    """For templates/coverage/_on_provider.html, on the page of a provider. No query: who is PSO
    there has been read, and whether the viewer `belongs`: holds a role there or asks for one.

    Others may know readiness and no more; a list of CCNs whose only PSO is away is not for them.
    """
    if not provider.is_open:
        return {}
    is_sole = there.is_sole(viewer)
    return {
        "coverage": replace(there, tells_today=belongs or viewer.is_cms),
        "coverage_is_pso": there.is_pso(viewer),
        "coverage_is_sole": is_sole,
        "coverage_step": next_pso.step_of(there.psos[0].assignment) if is_sole else None,
        "coverage_names": viewer.is_cms or there.is_pso(viewer),
    }
