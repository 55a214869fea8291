"""A changed email address is judged like a new one (rule 5). Named in settings.EMAIL_CHECKS."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access_requests import email_rule
from access_requests.models import AccessRequest
from access_requests.personal_domains import is_personal
from access_requests.statement import NotEligible, Statement
from accounts.models import User


def refuse_personal_address(user: User, email: str) -> None:
    """Raise ValidationError when what the person has or asks for does not allow this address.

    The caller holds the person's row when the address is taken over, as submitting does.
    """
    domain = email.rpartition("@")[2]
    if not is_personal(domain):
        return
    theirs = AccessRequest.objects.open_or_held().filter(requester=user)
    pso_ccns = theirs.for_pso_role().values("provider").distinct().count()
    for each in theirs.select_related("provider__chain").order_by("pk"):
        try:
            email_rule.require_acceptable(
                domain=domain,
                provider=each.provider,
                statement=Statement.of(each),
                pso_ccns=pso_ccns,
            )
        except NotEligible as refusal:
            raise ValidationError(
                _(
                    "This is a personal address, and your roles or open requests at CCN %(ccn)s "
                    "need a corporate one. Use a corporate address, or first give up the roles "
                    "and withdraw the requests that need it."
                )
                % {"ccn": each.provider.ccn}
            ) from refusal
