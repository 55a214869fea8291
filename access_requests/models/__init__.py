from access_requests.models.access_request import AccessRequest
from access_requests.models.campaign import (
    Campaign,
    CampaignLetter,
    CampaignStep,
    CampaignTarget,
)
from access_requests.models.ccn_readiness import CcnReadiness
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
from access_requests.models.claim_letter import ClaimLetter
from access_requests.models.contact import Contact, ContactUpload, EmploymentReport, ReachAttempt
from access_requests.models.day_events import DayEvent
from access_requests.models.desk_events import DeskEvent
from access_requests.models.first_pso import (
    CheckConfirmation,
    ContactAttempt,
    DecisionChecklist,
)
from access_requests.models.invitation import Invitation, InvitationLetter
from access_requests.models.question import Question
from access_requests.models.readiness_day import ReadinessDay
from access_requests.models.request_group import GroupLine, RequestGroup
from access_requests.models.role import PSO, Role
from access_requests.models.role_assignment import RoleAssignment
from access_requests.models.unlisted_provider import UnlistedProvider
from access_requests.models.waiting import (
    Absence,
    CoverageNudge,
    EndWarning,
    Nudge,
    Reminder,
    ReminderLetter,
    SharedNotice,
)

__all__ = [
    "OPEN_STATUSES",
    "PSO",
    "Absence",
    "AccessRequest",
    "Affiliation",
    "AssignmentStatus",
    "Authority",
    "Campaign",
    "CampaignLetter",
    "CampaignStep",
    "CampaignTarget",
    "CcnReadiness",
    "CheckConfirmation",
    "ClaimLetter",
    "ClosedReason",
    "Contact",
    "ContactAttempt",
    "ContactUpload",
    "CoverageNudge",
    "DayEvent",
    "DecisionChecklist",
    "DeskEvent",
    "EmploymentReport",
    "EndWarning",
    "EndedHow",
    "EventType",
    "GroupLine",
    "Invitation",
    "InvitationLetter",
    "Nudge",
    "Question",
    "ReachAttempt",
    "ReadinessDay",
    "RejectionReason",
    "Reminder",
    "ReminderLetter",
    "RequestGroup",
    "Role",
    "RoleAssignment",
    "SharedNotice",
    "Status",
    "UnlistedProvider",
]
