"""Where django-allauth asks us: its words, its emails, and what goes into the audit trail."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import password_history, security_notices
from accounts.email_checks import refuse_unfit_address
from accounts.models import User
from accounts.reauthentication import Reauthentication
from accounts.throttled_sign_in import ThrottledSignIn

_WRONG_SIGN_IN = _(
    "The User ID or the password is not right. The User ID is not your email address: it is the "
    "name you chose when you created the account."
)


class AccountAdapter(ThrottledSignIn, Reauthentication, DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Call the Service Center."),
        "duplicate_email": _("This is your email address already."),
        "email_taken": _("This address cannot be used. Call the Service Center."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not right. Look at the newest email we sent you."),
        "incorrect_password": _("This is not your password."),
        "invalid_login": _WRONG_SIGN_IN,
        "rate_limited": _("You asked too often. Wait a minute and try again."),
        "same_as_current": _("This is your email address already."),
        "too_many_login_attempts": _(
            "The code was wrong too often. Begin again here: the next one comes by email."
        ),
        "username_password_mismatch": _WRONG_SIGN_IN,
        "username_taken": _("This User ID is taken. Choose another one."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """One row in the outbox, in the caller's transaction."""
        self.render_mail(template_prefix, email.lower(), context).send()

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Text and HTML from the same words: a template of plain paragraphs in our letter."""
        context = {
            **context,
            "public_url": settings.PUBLIC_URL,
            "service_center_phone": settings.SERVICE_CENTER_PHONE,
        }
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        body = render_to_string(f"{template_prefix}_message.txt", context)
        words = {
            "subject": subject,
            "paragraphs": [part.strip() for part in body.split("\n\n") if part.strip()],
            "service_center_phone": settings.SERVICE_CENTER_PHONE,
        }
        message = EmailMultiAlternatives(
            subject,
            render_to_string("emails/layout.txt", words),
            self.get_from_email(),
            [email] if isinstance(email, str) else email,
            headers=headers,
        )
        message.attach_alternative(render_to_string("emails/layout.html", words), "text/html")
        # Read by the outbox: goes before everything else, and is purged once it is sent.
        message.holds_secret = "code" in context or "key" in context  # type: ignore[attr-defined]
        return message

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Not django-allauth's mail but ours, which stands in the portal as well."""
        security_notices.tell_of_allauth(template_prefix, user, context or {})

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "accounts.harp.session.FactorStage"}
        return [ours.get(each, each) for each in super().get_login_stages()]

    def save_user(self, request: Any, user: Any, form: Any, commit: bool = True) -> Any:
        user.full_name = form.cleaned_data.get("full_name", "")
        return super().save_user(request, user, form, commit)

    def send_account_already_exists_mail(self, email: str) -> None:
        """The page says what it says to everyone; only the mailbox's owner reads this."""
        context = {"email": email.lower(), "user_ids": user_ids_of(email)}
        self.send_mail("account/email/account_already_exists", email, context)

    def set_password(self, user: Any, password: str) -> None:
        """The password alone: the row may have changed since this request read it."""
        with transaction.atomic():
            password_history.keep_outgoing(user)
            user.set_password(password)
            user.save(update_fields=["password"])

    def confirm_email(self, request: Any, email_address: Any) -> bool:
        """Under the person's lock: a request filed meanwhile may need another kind of address."""
        person = User.objects.select_for_update(no_key=True).get(pk=email_address.user_id)
        try:
            refuse_unfit_address(person, email_address.email)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return False
        return bool(super().confirm_email(request, email_address))

    def can_delete_email(self, email_address: Any) -> bool:
        """An address is changed for another one; nobody is ever without (rule 7)."""
        return False

    def get_password_change_redirect_url(self, request: Any) -> str:
        return reverse("accounts:account")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        signed_in = self.request.user.is_authenticated
        return reverse("accounts:account" if signed_in else "account_login")


def user_ids_of(email: str) -> list[str]:
    """Of the active accounts that have verified this address: to type it is not to own it."""
    verified = EmailAddress.objects.filter(
        email=email.strip().lower(), verified=True, user__is_active=True
    )
    return sorted(verified.values_list("user__username", flat=True))
