"""Every URL of the site as the resolver knows it, and a path to something real behind each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from access_requests.models import (
    AccessRequest,
    ClaimLetter,
    Contact,
    ContactUpload,
    EmploymentReport,
    Question,
    RoleAssignment,
    UnlistedProvider,
)
from access_requests.reports import links
from accounts.models import AuditEvent, FactorReset, Notice, OutgoingEmail
from providers.models import Chain, Enrollment, Provider, RosterImport, RosterUpload
from tests.campaigns import builders as campaign_builders
from tests.groups.builders import group_of
from tests.invitations import builders as invitation_builders
from tests.pages.cast import Cast
from tests.pages.url_table import CATCH_ALL
from tests.rosters import builders as roster_builders

# A body that passes the form, so that what answers is the rule behind it.
BODIES = {
    "reports:claim": {"text": "Nobody knows her.", "said_by": "Olga, office"},
    "reports:settle": {"outcome": "upheld", "note": "Called the phone of record."},
    "reports:of_pso": {"text": "Left us in May."},
    "orphans:record_attempt": {"how": "call", "outcome": "not_reached", "note": "No answer."},
    "access_requests:reject": {"reject-reason": "other", "reject-explanation": "Not known here."},
    "access_requests:return": {"return-question": "Which days?"},
    "access_requests:answer": {"answer": "On Mondays."},
    "access_requests:revoke": {"reason": "Left us in May."},
    "desk:choose": {"case": "1"},
    "desk:record_attempt": {
        "attempt-how": "call",
        "attempt-number": "251 555 0100",
        "attempt-who": "Ada Winter",
        "attempt-outcome": "confirmed",
    },
    "desk:answer_check": {"employment-answer": "holds"},
    "access_requests:service_center": {"q": "nobody in particular"},
    "access_requests:service_center_note": {"ticket": "INC-7", "text": "Asked when."},
    "access_requests:service_center_reset": {"ticket": "INC-7"},
    "access_requests:service_center_clear_bounce": {"ticket": "INC-7"},
    "unlisted:new": {
        "ccn": "015998",
        "certified": "yes",
        "name": "Quiet Harbor",
        "city": "Mobile",
        "state": "AL",
        "evidence": "Tie-in notice of October 2.",
        "role": "assessment_submitter",
        "affiliation": "employed",
        "job_title": "Nurse",
        "employer": "Quiet Harbor LLC",
    },
    "groups:new": {
        "step": "review",
        "ccns": "015009, 015010",
        "roles": "assessment_submitter",
        "affiliation": "employed",
        "job_title": "Nurse",
        "employer": "Sunrise Care LLC",
    },
    "unlisted:is_on_roster": {"roster-ccn": "015010"},
    "unlisted:add": {
        "add-ccn": "015997",
        "add-name": "Sunny Harbor",
        "add-city": "Mobile",
        "add-state": "AL",
    },
    "unlisted:answer": {"answer-text": "It is a part of 015010."},
    "unlisted:give_ccn": {"ccn": "015996"},
    "invitations:new": {
        "form_key": "9b2d6d4e-1d53-4c6e-9d2f-0d3f2c3a7b11",
        "address": "olga@sunrise-care.example",
        "role": "assessment_submitter",
        "affiliation": "employed",
        "days": "14",
    },
    "invitations:accept": {
        "is_meant": "on",
        "job_title": "Nurse",
        "employer": "Sunrise Care LLC",
    },
    "campaigns:new": {"name": "Alabama, no PSO", "level": "1"},
    "campaigns:count": {"level": "1"},
    "campaigns:add_step": {"wording": "second"},
    "access_requests:new": {
        "ccn": "015010",
        "role": "assessment_submitter",
        "affiliation": "employed",
        "job_title": "Nurse",
        "employer": "Sunrise Care LLC",
    },
}


class Url(NamedTuple):
    """`name` with its namespaces; where it has none, the route stands for it."""

    name: str
    route: str
    view: Any

    @property
    def is_public(self) -> bool:
        return not getattr(self.view, "login_required", True)


def urls(
    resolver: URLResolver | None = None, namespace: str = "", before: str = ""
) -> Iterator[Url]:
    for each in (resolver or get_resolver()).url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield Url(namespace + each.name if each.name else route, route, each.callback)
        else:
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from urls(each, inner, route)


def path_of(url: Url, scene: Cast) -> str:
    """A path to what the scene is about: its provider, its request, its role."""
    if url.name == CATCH_ALL:
        return "/admin/no-such-page/"
    if "<path:object_id>" in url.route and url.name != "admin:view_on_site":
        return "/" + url.route.replace("<path:object_id>", str(_row_of(url.route, scene)))
    return reverse(url.name, args=_arguments(url, scene))


def _arguments(url: Url, scene: Cast) -> list[object]:
    if url.name == "admin:view_on_site":
        return [ContentType.objects.get_for_model(AccessRequest).pk, scene.request.pk]
    if url.name == "admin:app_list":
        return ["access_requests"]
    if url.name.startswith("campaigns:"):
        return campaign_builders.arguments_of(url.route)
    if url.name.startswith("invitations:"):
        return invitation_builders.arguments_of(url.route, scene["pso_here"], scene.here)
    if url.name in {"groups:detail", "groups:progress", "groups:withdraw"}:
        return [group_of(scene["requester"], scene.here).pk]
    if "<str:ccn>" in url.route:
        return [scene.here.ccn]
    if url.name == "accounts:stop_factor_reset":
        return [FactorReset.objects.get().reference]
    if url.name in {"programs:edit", "programs:role_edit"}:
        return ["hope" if url.name == "programs:edit" else "assessment_viewer"]
    if url.name == "reports:claim":
        return [links.path_of(ClaimLetter.objects.latest("pk")).split("/")[-2]]
    if url.name in {"reports:detail", "reports:settle"}:
        return [EmploymentReport.objects.get().pk]
    if "psos/<int:pk>/" in url.route:
        return [RoleAssignment.objects.get(user__username="psofellow").pk]
    if url.route.startswith("contacts/import/<int:pk>/"):
        return [ContactUpload.objects.latest("pk").pk]
    if url.route.startswith("contacts/<int:pk>/"):
        return [Contact.objects.latest("pk").pk]
    if url.name == "unlisted:give_ccn":
        return [Provider.objects.get(ccn="PAL00001").pk]
    if url.route.startswith("not-listed/<int:pk>/"):
        return [UnlistedProvider.objects.get().pk]
    if url.route.startswith("rosters/<int:pk>/"):
        uploaded = RosterUpload.objects.first() or roster_builders.compared(
            roster_builders.row("015011")
        )
        return [uploaded.pk]
    if url.name in {"readiness:state", "readiness:kind", "readiness:chain"}:
        of = {"state": "AL", "kind": "snf", "chain": scene.here.chain_id}
        return [of[url.name.removeprefix("readiness:")]]
    if url.route.startswith("service-center/people/"):
        return [scene["requester"].pk]
    if url.route.startswith("people/") and "<int:pk>" in url.route:
        return [scene["holder"].pk if url.name == "people:person" else scene.assignment.pk]
    if "notices/<int:pk>/" in url.route:
        return [Notice.objects.filter(recipient=scene["requester"]).latest("pk").pk]
    if url.name == "desk:answer_check":
        return [scene.request.pk, "employment"]
    if "<slug:key>" in url.route:
        return ["1-0"]
    if "<int:pk>" in url.route:
        return [scene.assignment.pk if url.route.startswith("roles/") else scene.request.pk]
    return []


def _row_of(route: str, scene: Cast) -> object:
    model = route.removeprefix("admin/").split("/")[1]
    rows: dict[str, object] = {
        "accessrequest": scene.request.pk,
        "roleassignment": scene.assignment.pk,
        "role": "assessment_viewer",
        "user": scene["stranger"].pk,
        "provider": scene.here.pk,
        "program": "mds",
    }
    models: dict[str, Any] = {
        "chain": Chain,
        "enrollment": Enrollment,
        "rosterimport": RosterImport,
        "question": Question,
        "emailaddress": EmailAddress,
        "auditevent": AuditEvent,
        "notice": Notice,
        "outgoingemail": OutgoingEmail,
    }
    return rows[model] if model in rows else models[model].objects.latest("pk").pk


def word_for(response: HttpResponseBase) -> str:
    """A status; the way to a sign-in page is told apart from other redirects."""
    if response.status_code != 302:
        return str(response.status_code)
    path = urlsplit(response["Location"]).path
    return {reverse("account_login"): "in", reverse("admin:login"): "admin"}.get(path, "302")
