from accounts.models.audit_event import AuditEvent
from accounts.models.notice import Notice, OutgoingEmail
from accounts.models.user import CmsRole, User

__all__ = ["AuditEvent", "CmsRole", "Notice", "OutgoingEmail", "User"]
