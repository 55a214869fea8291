from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from access_requests.desk import views as desk
from access_requests.pso_queue import views as pso_queue
from accounts.http import person_of


@require_safe
def my_queue(request: HttpRequest) -> HttpResponse:
    """What this person can decide, oldest first: a PSO's queue, or CMS's.

    Nobody else has a queue; for them there is no such page.
    """
    is_reviewer = person_of(request).is_cms_reviewer
    return desk.queue(request) if is_reviewer else pso_queue.queue(request)
