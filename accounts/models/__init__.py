from accounts.models.account_records import (
    BouncedAddress,
    CaseNote,
    FactorReset,
    KeptForm,
    PastPassword,
    TermsAcceptance,
)
from accounts.models.audit_event import AuditEvent
from accounts.models.audit_seal import AuditSeal
from accounts.models.email_preference import EmailPreference
from accounts.models.harp_identity import HarpIdentity
from accounts.models.notice import Held, Notice, OutgoingEmail
from accounts.models.session import Session
from accounts.models.user import CmsRole, IdentityProofing, User, UserIdFlag

__all__ = [
    "AuditEvent",
    "AuditSeal",
    "BouncedAddress",
    "CaseNote",
    "CmsRole",
    "EmailPreference",
    "FactorReset",
    "HarpIdentity",
    "Held",
    "IdentityProofing",
    "KeptForm",
    "Notice",
    "OutgoingEmail",
    "PastPassword",
    "Session",
    "TermsAcceptance",
    "User",
    "UserIdFlag",
]
