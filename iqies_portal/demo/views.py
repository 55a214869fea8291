"""Pages of the demonstration. Mounted only when DEMO=1, which production refuses."""

from __future__ import annotations

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.models import User
from iqies_portal.demo import caught_mail
from iqies_portal.demo.people import DEMO_PEOPLE

_SHOWN = 100


@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """One click, as one of the demo people and nobody else."""
    username = request.POST.get("user_id", "")
    if username not in DEMO_PEOPLE:
        raise Http404
    person = get_object_or_404(User, username=username, is_active=True)
    with transaction.atomic():
        login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
        audit.record("signed_in", actor=person, person=person)
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return redirect(wanted)
    return redirect(settings.LOGIN_REDIRECT_URL)


@login_not_required
@never_cache
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    to = request.GET.get("to", "").strip()
    found = caught_mail.newest(_SHOWN, to=to)
    return render(request, "demo/mail_list.html", {"emails": found, "to": to, "shown": _SHOWN})


@login_not_required
@never_cache
@require_safe
def mail_message(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "demo/mail_message.html", {"email": _find(key)})


@login_not_required
@never_cache
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type] # its type knows only views without arguments
    {
        "default-src": [NONE],
        "script-src": [NONE],
        "img-src": [NONE],
        "font-src": [NONE],
        "style-src": ["'unsafe-inline'"],
        "frame-ancestors": [SELF],
        "form-action": [NONE],
        "base-uri": [NONE],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
@require_safe
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The email's own HTML, for the frame: no scripts, no forms, no foreign images."""
    return HttpResponse(_find(key).html)


def _find(key: str) -> caught_mail.CaughtMail:
    mail = caught_mail.find(key)
    if mail is None:
        raise Http404
    return mail
