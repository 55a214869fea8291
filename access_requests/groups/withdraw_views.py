"""The page on which a person withdraws all of a form that still waits."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from access_requests import keyset
from access_requests.groups import outcome, withdrawing
from access_requests.groups.withdrawing import Done
from access_requests.models import AccessRequest, RequestGroup
from accounts.http import person_of

MOST_NAMED: Final = 10


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The requester's alone. Offered once all is filed: until then more would come."""
    group = get_object_or_404(RequestGroup.objects.select_related("requester"), pk=pk)
    if group.requester_id != person_of(request).pk:
        raise Http404
    if group.filed_at is None:
        messages.info(
            request,
            _("This form is still being filed. You can withdraw its requests once all is filed."),
        )
        return redirect(group)
    if request.method != "POST":
        return _page(request, group)
    _say(request, withdrawing.withdraw_open(group, shown=_ids_in(request.POST.get("shown", ""))))
    return redirect(group)


def _page(request: HttpRequest, group: RequestGroup) -> HttpResponse:
    waiting = list(withdrawing.open_requests(group).order_by("pk").values_list("pk", flat=True))
    shares = outcome.shares(group.lines.all())
    context = {
        "group": group,
        "number": len(waiting),
        "shown": " ".join(map(str, waiting)),
        "waiting": [each for each in shares if each.key in outcome.OPEN_KINDS],
        "staying": [each for each in shares if each.key not in outcome.OPEN_KINDS],
    }
    return render(request, "groups/withdraw.html", context)


def _ids_in(text: str) -> set[int]:
    words = text.split()[: withdrawing.MOST_REQUESTS]
    return {number for number in map(keyset.read_id, words) if number is not None}


def _say(request: HttpRequest, done: Done) -> None:
    if done.withdrawn:
        said = ngettext(
            "%(n)d request was withdrawn. You can ask again at any time.",
            "%(n)d requests were withdrawn. You can ask again at any time.",
            len(done.withdrawn),
        )
        messages.success(request, said % {"n": len(done.withdrawn)})
    else:
        messages.info(request, _("No request of this form waits any more. Nothing was changed."))
    if done.ended_meanwhile:
        messages.warning(request, _ended_meanwhile(done.ended_meanwhile))


def _ended_meanwhile(ended: list[AccessRequest]) -> str:
    said = ngettext(
        "%(n)d had ended before you confirmed, and stays as it is: %(which)s.",
        "%(n)d had ended before you confirmed, and stay as they are: %(which)s.",
        len(ended),
    )
    one = _("CCN %(ccn)s, %(role)s (%(status)s)")
    which = [
        one % {"ccn": each.provider.ccn, "role": each.role, "status": each.get_status_display()}
        for each in ended[:MOST_NAMED]
    ]
    if len(ended) > MOST_NAMED:
        which.append(_("the others are in the table"))
    return said % {"n": len(ended), "which": "; ".join(which)}
