"""Who may decide an access request, and who has it now.

The rule (rule 14): while a CCN has no active PSO, CMS decides its PSO requests and nobody
decides its other requests. From the moment it has one, its PSOs decide every request there,
and CMS decides none. Nobody decides their own request.

Views, templates, the queue and the workflow all ask this module; none of them restates the rule.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from access_requests.models import (
    PSO,
    AccessRequest,
    AssignmentStatus,
    Authority,
    Question,
    RoleAssignment,
    Status,
)
from access_requests.refused import Refusal as Refusal
from access_requests.refused import StepRefused as StepRefused
from accounts.models import User
from providers.models import Provider


class Waiting(models.TextChoices):
    """Who has a request now. Derived from the rule, never stored (rule 15)."""

    CMS = "cms", _("CMS")
    PSOS = "psos", _("The Provider Security Officials (PSOs) of the CCN")
    FIRST_PSO = "first_pso", _("Nobody yet: the CCN has no PSO")
    SECOND_PSO = "second_pso", _("Nobody yet: the CCN needs a second PSO")
    REQUESTER = "requester", _("The requester")
    NOBODY = "nobody", _("Nobody: the request has ended")


def with_standing(requests: QuerySet[AccessRequest], user: User) -> QuerySet[AccessRequest]:
    """Read beside each request the facts the rule turns on, as they are for this person."""
    psos = _psos_there()
    facts = {
        "ccn_has_pso": Exists(psos),
        "ccn_has_other_pso": Exists(psos.exclude(user=OuterRef("requester"))),
        "viewer_is_pso": _is_pso_there(user),
    }
    return requests.annotate(**facts)


def required_authority(access_request: AccessRequest) -> Authority | None:
    """In whose name this request is decided now; None while nobody can (no PSO yet)."""
    if access_request.ccn_has_pso:
        return Authority.PSO
    return Authority.CMS if access_request.is_for_pso_role else None


def authority_to_decide(user: User, access_request: AccessRequest) -> Authority:
    """In whose name this person decides this request now.

    The request comes from with_standing(…, user). Raises StepRefused if they may not.
    """
    if not access_request.is_open:
        raise StepRefused(Refusal.ALREADY_ENDED, how_it_ended(user, access_request))
    authority = _authority_over(user, access_request)
    if access_request.status == Status.RETURNED:
        raise StepRefused(Refusal.RETURNED)
    return authority


def _authority_over(user: User, access_request: AccessRequest) -> Authority:
    if not user.is_active:
        raise StepRefused(Refusal.NOT_ACTIVE)
    if access_request.requester_id == user.pk:
        raise StepRefused(Refusal.OWN_REQUEST)
    match required_authority(access_request):
        case None:
            raise StepRefused(Refusal.NO_PSO_YET)
        case Authority.CMS if user.is_cms_reviewer:
            return Authority.CMS
        case Authority.CMS:
            raise StepRefused(Refusal.CMS_DECIDES)
        case Authority.PSO if access_request.viewer_is_pso:
            return Authority.PSO
        case _:
            raise StepRefused(Refusal.PSO_DECIDES)


def may_decide(user: User, access_request: AccessRequest) -> bool:
    try:
        authority_to_decide(user, access_request)
    except StepRefused:
        return False
    return True


def waiting_on(access_request: AccessRequest) -> Waiting:
    """Who has this request now. The request comes from with_standing()."""
    if not access_request.is_open:
        return Waiting.NOBODY
    if access_request.status == Status.RETURNED:
        return Waiting.REQUESTER
    match required_authority(access_request):
        case Authority.CMS:
            return Waiting.CMS
        case None:
            return Waiting.FIRST_PSO
        case _ if not access_request.ccn_has_other_pso:
            return Waiting.SECOND_PSO
        case _:
            return Waiting.PSOS


def waiting_for_a_pso(requests: QuerySet[AccessRequest]) -> QuerySet[AccessRequest]:
    """Those that nobody can decide until their CCN gets a PSO, or another one: what waiting_on()
    says of one request, asked of many."""
    others = _psos_there().exclude(user=OuterRef("requester"))
    is_not_for_cms = ~Q(role=PSO) | Q(Exists(_psos_there()))
    return requests.filter(~Exists(others), is_not_for_cms, status=Status.PENDING)


def require_requester(user: User, access_request: AccessRequest) -> None:
    if access_request.requester_id != user.pk:
        raise StepRefused(Refusal.NOT_THE_REQUESTER)
    if not access_request.is_open:
        raise StepRefused(Refusal.ALREADY_ENDED, how_it_ended(user, access_request))


def require_answerer(user: User, access_request: AccessRequest) -> None:
    require_requester(user, access_request)
    if access_request.status != Status.RETURNED:
        raise StepRefused(Refusal.NOT_RETURNED)


def may_take_back(user: User, question: Question) -> bool:
    """Only the asker takes a question back, and not once they are an agent, who only looks."""
    return question.asked_by_id == user.pk and user.is_active and not user.is_agent


def require_asker(user: User, question: Question) -> None:
    if not may_take_back(user, question):
        raise StepRefused(Refusal.NOT_THE_ASKER)


def authority_to_revoke(user: User, assignment: RoleAssignment) -> Authority:
    """In whose name this person ends somebody else's role; raises StepRefused (rule 21).

    The role comes from visible_assignments(user).
    """
    if assignment.status == AssignmentStatus.ENDED:
        raise StepRefused(Refusal.ASSIGNMENT_ENDED)
    if assignment.user_id == user.pk:
        raise StepRefused(Refusal.OWN_ROLE)
    if not user.is_active:
        raise StepRefused(Refusal.NOT_ACTIVE)
    if user.is_cms_reviewer:
        return Authority.CMS
    if assignment.viewer_is_pso:
        return Authority.PSO
    raise StepRefused(Refusal.MAY_NOT_REVOKE)


def require_end_date_setter(user: User, assignment: RoleAssignment) -> None:
    """A PSO of the CCN, of somebody else's working role; CMS leaves contracts to the PSOs.

    The role comes from visible_assignments(user).
    """
    if assignment.status == AssignmentStatus.ENDED:
        raise StepRefused(Refusal.ASSIGNMENT_ENDED)
    if assignment.role_id == PSO:
        raise StepRefused(Refusal.PSO_HAS_NO_END_DATE)
    if assignment.user_id == user.pk:
        raise StepRefused(Refusal.OWN_END_DATE)
    if not user.is_active:
        raise StepRefused(Refusal.NOT_ACTIVE)
    if not assignment.viewer_is_pso:
        raise StepRefused(Refusal.MAY_NOT_SET_END_DATE)


def may_report_pso(user: User, assignment: RoleAssignment) -> bool:
    """Anybody at the CCN tells CMS that a PSO does not work there (rule 21).

    Whoever only asks for a role may not know the PSOs' names: they can say it of a sole PSO,
    whom nobody needs to name.
    """
    is_pso = assignment.role_id == PSO and assignment.status != AssignmentStatus.ENDED
    if not is_pso or user.is_cms or not user.is_active or assignment.user_id == user.pk:
        return False
    if may_see_pso_names(user, assignment.provider):
        return True
    psos = RoleAssignment.objects.active().psos().filter(provider=assignment.provider)
    asked = AccessRequest.objects.open().filter(requester=user, provider=assignment.provider)
    return list(psos.values_list("pk", flat=True)[:2]) == [assignment.pk] and asked.exists()


def require_reviewer(user: User) -> None:
    if not user.is_active:
        raise StepRefused(Refusal.NOT_ACTIVE)
    if not user.is_cms_reviewer:
        raise StepRefused(Refusal.ONLY_CMS)


def require_holder(user: User, assignment: RoleAssignment) -> None:
    if assignment.user_id != user.pk:
        raise StepRefused(Refusal.NOT_THE_HOLDER)
    if assignment.status == AssignmentStatus.ENDED:
        raise StepRefused(Refusal.ASSIGNMENT_ENDED)


def is_pso_at(user: User, provider_id: int) -> bool:
    return RoleAssignment.objects.active().psos().filter(user=user, provider=provider_id).exists()


def visible_requests(user: User) -> QuerySet[AccessRequest]:
    """The requests this person may open; any other is a 404 ("who sees what")."""
    if user.is_cms:
        return AccessRequest.objects.all()
    return AccessRequest.objects.filter(Q(requester=user) | _is_pso_there(user))


def visible_assignments(user: User) -> QuerySet[RoleAssignment]:
    """The roles this person may look at: their own, and everybody's at CCNs where they are PSO.

    Beside each is read whether they are PSO there.
    """
    roles = RoleAssignment.objects.annotate(**{"viewer_is_pso": _is_pso_there(user)})
    return roles if user.is_cms else roles.filter(Q(user=user) | Q(viewer_is_pso=True))


def _psos_there() -> QuerySet[RoleAssignment]:
    """The active PSOs of the CCN of an outer row: a request, or a role."""
    return RoleAssignment.objects.active().psos().filter(provider=OuterRef("provider"))


def _is_pso_there(user: User) -> Exists:
    return Exists(_psos_there().filter(user=user))


def may_see_people(user: User, provider: Provider) -> bool:
    """Requests and people at this CCN: its PSOs, CMS reviewers and Service Center agents."""
    return user.is_cms or is_pso_at(user, provider.pk)


def may_see_pso_names(user: User, provider: Provider) -> bool:
    """The PSOs' names: to CMS, and to whoever holds a role here. Others see how many."""
    if user.is_cms:
        return True
    return RoleAssignment.objects.not_ended().filter(user=user, provider=provider).exists()


def how_it_ended(user: User, access_request: AccessRequest) -> str:
    """Why nothing more can be done. The decider is named to whoever else could have decided,
    not to the requester, who may not know the PSOs' names."""
    status = Status(access_request.status).label
    if access_request.decided_by is None:
        return str(_("This request has already ended: %(status)s.") % {"status": status})
    if access_request.requester_id == user.pk:
        return str(_("This request was already decided: %(status)s.") % {"status": status})
    return str(
        _("This request was already decided by %(name)s: %(status)s.")
        % {"name": access_request.decided_by, "status": status}
    )
