"""Looking, not touching: what changes an account goes through its own pages and commands."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.models import AuditEvent, Notice, OutgoingEmail, User
from accounts.read_only_admin import ReadOnlyAdmin

# Nobody gets rights by group, and an address is verified by a code, not by an admin's tick. Second
# factors and links to HARP are their owner's alone.
admin.site.unregister([EmailAddress, Group, Authenticator, SocialAccount, SocialApp, SocialToken])


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    is_about_people = True
    list_display = ["username", "full_name", "email", "cms_role", "is_active", "last_login"]
    search_fields = ["username", "email", "full_name"]
    exclude = ["password"]


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    is_about_people = True
    list_display = ["email", "user", "verified", "primary"]
    list_select_related = ["user"]
    search_fields = ["email", "user__username"]


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    is_about_people = True
    list_display = ["at", "type", "actor", "person", "ccn", "request_id"]
    list_select_related = ["actor", "person"]
    search_fields = ["ccn"]
    ordering = ["-id"]


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(ReadOnlyAdmin):
    is_about_people = True
    list_display = ["created_at", "to_address", "subject", "state", "attempts", "sent_at"]
    search_fields = ["to_address"]
    ordering = ["-id"]
    # Until it is sent, the body may hold a code that opens somebody's account; and whoever has
    # the link to get no more of these speaks for its reader.
    exclude = ["body_text", "body_html", "list_unsubscribe"]


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    is_about_people = True
    list_display = ["created_at", "recipient", "kind", "subject", "read_at"]
    list_select_related = ["recipient"]
    ordering = ["-id"]
