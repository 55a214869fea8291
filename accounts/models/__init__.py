from accounts.models.audit_event import AuditEvent
from accounts.models.audit_seal import AuditSeal
from accounts.models.notice import Notice, OutgoingEmail
from accounts.models.user import CmsRole, User

__all__ = ["AuditEvent", "AuditSeal", "CmsRole", "Notice", "OutgoingEmail", "User"]
