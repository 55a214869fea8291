"""Making CMS's own people (rule 9): reviewers, and agents of the Service Center."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts import audit, notices, user_id
from accounts.models import CmsRole, OutgoingEmail, User


@dataclass(frozen=True)
class Outcome:
    user: User
    is_new: bool
    is_changed: bool


@transaction.atomic
def make(
    typed_user_id: str, email: str, *, role: CmsRole, password: str | None, actor: User | None
) -> Outcome:
    """A new account, or an existing one that nobody at a provider depends on.

    Raises ValidationError. actor None: whoever may run commands on the server did it. The
    account's row stays locked until the end, so that no request can be filed meanwhile.
    """
    email = email.strip().lower()
    validate_email(email)
    wanted = user_id.normalized(typed_user_id)
    user = User.objects.select_for_update().filter(username=wanted).first()
    is_new = user is None
    if user is None:
        user = _new_account(wanted, email, password)
    else:
        _refuse_unfit(user, email, password)
    if user.cms_role == role:
        return Outcome(user, is_new=False, is_changed=False)
    before, user.cms_role = user.cms_role, role
    user.save(update_fields=["cms_role"])
    details = {"role": role.value, "role_before": before, "new_account": is_new}
    audit.record("cms_user_created", actor=actor, person=user, details=details)
    _tell(user, needs_password=not user.has_usable_password())
    return Outcome(user, is_new=is_new, is_changed=True)


def _new_account(wanted: str, email: str, password: str | None) -> User:
    """Whoever runs the command answers for the address: it counts as verified."""
    verdict = user_id.judge(wanted)
    if verdict.reasons:
        raise ValidationError(verdict.reasons)
    if EmailAddress.objects.filter(email=email, verified=True).exists():
        raise ValidationError(_("Another account uses this address."))
    user = User(username=wanted, email=email)
    if password is not None:
        validate_password(password, user)
    user.set_password(password)
    user.save(force_insert=True)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _refuse_unfit(user: User, email: str, password: str | None) -> None:
    if not user.is_active:
        raise ValidationError(_("This account is closed."))
    if password is not None:
        raise ValidationError(_("The account exists: it keeps the password it has."))
    if not EmailAddress.objects.filter(user=user, email=email, verified=True).exists():
        raise ValidationError(_("The account exists, but this is not its verified address."))
    if user.is_cms:
        return
    for path in settings.CMS_USER_CHECKS:
        check: Callable[[User], None] = import_string(path)
        check(user)


def _tell(user: User, *, needs_password: bool) -> None:
    role = user.get_cms_role_display()
    said = [
        _("Your account %(user_id)s for the iQIES Access Portal is that of a %(role)s.")
        % {"user_id": user.username, "role": role}
    ]
    if needs_password:
        said.append(
            _("It has no password yet. Open this page and type this email address to choose one.")
        )
    notices.tell(
        recipient=user,
        kind="cms_user_created",
        subject=_("You are now a %(role)s") % {"role": role},
        body="\n\n".join(said),
        path=reverse("account_reset_password" if needs_password else "home"),
        priority=OutgoingEmail.Priority.DECISION,
    )
