"""CMS's reviewers hear of reports together: at most one email an hour, however many come.

Whoever reports and takes back all day fills no mailbox, and a report that was taken back before
the email is in none.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from access_requests.models import UnlistedProvider
from access_requests.unlisted import letters

GATHERED_FOR = timedelta(hours=1)


@transaction.atomic
def tell() -> int:
    """Returns of how many reports CMS was told. Safe to run twice, and twice at once."""
    untold = UnlistedProvider.objects.filter(status=UnlistedProvider.State.OPEN, cms_told_at=None)
    found = list(
        untold.select_related("reporter", "role")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
    now = timezone.now()
    # Asked while the rows are held: who held them before has told CMS by now, or has not.
    lately = UnlistedProvider.objects.filter(cms_told_at__gt=now - GATHERED_FOR)
    if not found or lately.exists():
        return 0
    letters.to_look_into(found)
    return UnlistedProvider.objects.filter(pk__in=[each.pk for each in found]).update(
        cms_told_at=now
    )
