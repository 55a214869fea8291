"""Which app answers where. Sign-in is required unless a view says otherwise."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path

from access_requests.views import pages
from iqies_portal import health

# The admin's own sign-in form would go round the rate limits of the portal's.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign,no-untyped-call]


def own_password_page(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """Django's own would be a way round the limits, the last six passwords and the audit trail."""
    return redirect("account_change_password")


admin.site.password_change = own_password_page  # type: ignore[method-assign,assignment]
admin.site.password_change_done = own_password_page  # type: ignore[method-assign,assignment]

handler400 = "iqies_portal.error_pages.bad_request"
handler403 = "iqies_portal.error_pages.forbidden"
handler404 = "iqies_portal.error_pages.not_found"
handler500 = "iqies_portal.error_pages.server_error"

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/", include("accounts.urls")),
    path("accounts/2fa/", include("accounts.mfa_urls")),
    path("accounts/", include("accounts.allauth_urls")),
    path("providers/", include("providers.urls")),
    path("admin/", admin.site.urls),
    path("", pages.home, name="home"),
    path("help/", pages.help_page, name="help"),
    path("rosters/", include("providers.roster.urls")),
    path("readiness/", include("access_requests.readiness.urls")),
    path("campaigns/", include("access_requests.campaigns.urls")),
    path("contacts/", include("access_requests.contacts.urls")),
    path("programs/", include("access_requests.programs.urls")),
    path("orphans/", include("access_requests.orphans.urls")),
    path("reports/", include("access_requests.reports.urls")),
    path("not-listed/", include("access_requests.unlisted.urls")),
    path("audit/", include("access_requests.audit_search.urls")),
    path("queue/", include("access_requests.desk.urls")),
    path("queue/together/", include("access_requests.together.urls")),
    path("requests/many/", include("access_requests.groups.urls")),
    path("invitations/", include("access_requests.invitations.urls")),
    path("people/", include("access_requests.people.urls")),
    path("waiting/", include("access_requests.waiting.urls")),
    path("coverage/", include("access_requests.coverage.urls")),
    path("history/", include("access_requests.history.urls")),
    path("", include("access_requests.urls")),
]

if settings.HARP_OIDC_SERVER:
    urlpatterns.insert(0, path("accounts/harp/", include("accounts.harp_urls")))

if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("iqies_portal.demo.urls")))
