"""The words of the daily email; templates/digest/emails/ has them."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access_requests.digest.waiting import Waiting
from accounts import notices
from accounts.models import OutgoingEmail, User


def compose(person: User, waiting: Waiting, *, is_daily: bool) -> OutgoingEmail:
    """`is_daily`: they still want one a day; else it brings what was held back, for the last
    time. The caller stores it."""
    words = {
        "waiting": waiting,
        "is_daily": is_daily,
        "site": settings.PUBLIC_URL,
        "preferences_url": settings.PUBLIC_URL + reverse("access_requests:email_preferences"),
    }
    return notices.email_to(
        person.email,
        greeting=person.full_name,
        subject=_subject(waiting),
        body="",
        path=reverse("access_requests:queue"),
        template="digest/emails/daily",
        words=words,
    )


def _subject(waiting: Waiting) -> str:
    if waiting.is_cut:
        return _("More than %(n)d requests wait for you") % {"n": waiting.total - 1}
    said = ngettext("%(n)d request waits for you", "%(n)d requests wait for you", waiting.total) % {
        "n": waiting.total
    }
    if 0 < waiting.number_new < waiting.total:
        return _("%(said)s, %(new)d of them new") % {"said": said, "new": waiting.number_new}
    return said
