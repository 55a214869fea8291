"""The roles at the start (PRODUCT section 4). From then on the rows are CMS's to edit."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop

from access_requests.models import Role

ROLES: list[dict[str, Any]] = [
    {
        "code": "pso",
        "name": gettext_noop("Provider Security Official"),
        "description": gettext_noop(
            "Approves or rejects everyone who asks for access at the provider. Gives no working "
            "rights in iQIES."
        ),
        "open_to_vendors": False,
        "position": 10,
    },
    {
        "code": "assessment_submitter",
        "name": gettext_noop("Assessment Submitter"),
        "description": gettext_noop("Submits assessment files and reads the reports on them."),
        "open_to_vendors": True,
        "position": 20,
    },
    {
        "code": "assessment_coordinator",
        "name": gettext_noop("Assessment Coordinator"),
        "description": gettext_noop("Prepares, corrects and submits assessments."),
        "open_to_vendors": False,
        "position": 30,
    },
    {
        "code": "assessment_viewer",
        "name": gettext_noop("Assessment Viewer"),
        "description": gettext_noop("Reads assessments and reports."),
        "open_to_vendors": True,
        "position": 40,
    },
    {
        "code": "provider_administrator",
        "name": gettext_noop("Provider Administrator"),
        "description": gettext_noop("Keeps the provider's own data in iQIES right."),
        "open_to_vendors": False,
        "position": 50,
    },
]


def load(role_model: Any = Role) -> None:
    """Create the roles that are missing; leave those that are there as CMS has edited them.

    A migration passes its own state of the model.
    """
    for row in ROLES:
        role_model.objects.get_or_create(
            code=row["code"], defaults={k: v for k, v in row.items() if k != "code"}
        )
