"""The demo people, in the order in which the sign-in page offers them, and what each shows."""

from django.utils.translation import gettext_lazy as _

WHO_THEY_ARE = {
    "cmsreviewer1": _("CMS reviewer"),
    "cmsreviewer2": _("another CMS reviewer"),
    "pso1": _("PSO of four homes of a chain"),
    "pso2": _("the only PSO of one home"),
    "staff1": _("staff, with a question to answer"),
    "staff2": _("staff, with a rejected request"),
    "vendor1": _("vendor staff, at several homes"),
    "agent1": _("Service Center agent"),
}
DEMO_PEOPLE = list(WHO_THEY_ARE)
