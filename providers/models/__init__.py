from providers.kinds import Kind
from providers.models.chain import Chain
from providers.models.program import Program
from providers.models.provider import Enrollment, Provider, ProviderQuerySet
from providers.models.roster_import import RosterImport
from providers.models.roster_upload import RosterDifference, RosterUpload

__all__ = [
    "Chain",
    "Enrollment",
    "Kind",
    "Program",
    "Provider",
    "ProviderQuerySet",
    "RosterDifference",
    "RosterImport",
    "RosterUpload",
]
