"""Corporate email (rule 5, from the founding notice).

"If the facility handles 2 or less providers and does not have a corporate email domain, the PSO
may use a personal email address." Both conditions must hold; and whoever would be PSO of more
than two CCNs needs a corporate address whatever the organization.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from access_requests.personal_domains import is_personal
from access_requests.statement import NotEligible, Statement
from providers.models import Provider

MOST_PROVIDERS_WITH_PERSONAL_EMAIL = 2


def require_acceptable(
    *,
    domain: str,
    provider: Provider,
    statement: Statement,
    pso_ccns: int,
    size_of: Callable[[Provider], int | None] = Provider.organization_size,
) -> None:
    """Raise NotEligible when addresses at this domain are personal and the rule forbids that.

    `pso_ccns` is how many CCNs the person would be PSO of: held, suspended or asked for, and
    this one; 0 for a working role. The caller holds the person's row when submitting, so that
    two submissions cannot each count the other out. `size_of` counts the provider's organization.
    """
    if not is_personal(domain):
        return
    size = size_of(provider)
    if size is not None and size > MOST_PROVIDERS_WITH_PERSONAL_EMAIL:
        raise NotEligible(
            _(
                "Use your corporate email address. A personal address is accepted only where the "
                "organization handles at most two providers, and the chain of this provider "
                "(%(chain)s) has %(size)d. Change the address of your account, then ask again."
            )
            % {"chain": provider.chain, "size": size},
            field="email",
        )
    if size is None and not statement.attests_small_organization:
        raise NotEligible(
            _(
                "Your email address is a personal one. If your organization handles at most two "
                "providers, confirm it here. Otherwise change to your corporate address."
            ),
            field="attests_small_organization",
        )
    if not statement.attests_no_corporate_email:
        raise NotEligible(
            _(
                "Your email address is a personal one. If your organization has no email domain "
                "of its own, confirm it here. Otherwise change to your corporate address."
            ),
            field="attests_no_corporate_email",
        )
    if pso_ccns > MOST_PROVIDERS_WITH_PERSONAL_EMAIL:
        raise NotEligible(
            _(
                "With a personal email address you can be PSO of at most two CCNs, counting open "
                "requests. To ask for this one, change the address of your account to a corporate "
                "one, or first withdraw another PSO request or give up a PSO role. A colleague "
                "with a corporate address can ask as well."
            ),
            field="pso_ccns",
        )
