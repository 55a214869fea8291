from access_requests.models.access_request import AccessRequest
from access_requests.models.choices import (
    OPEN_STATUSES,
    Affiliation,
    AssignmentStatus,
    Authority,
    ClosedReason,
    EndedHow,
    EventType,
    RejectionReason,
    Status,
)
from access_requests.models.question import Question
from access_requests.models.role import PSO, Role
from access_requests.models.role_assignment import RoleAssignment

__all__ = [
    "OPEN_STATUSES",
    "PSO",
    "AccessRequest",
    "Affiliation",
    "AssignmentStatus",
    "Authority",
    "ClosedReason",
    "EndedHow",
    "EventType",
    "Question",
    "RejectionReason",
    "Role",
    "RoleAssignment",
    "Status",
]
