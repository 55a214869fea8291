"""The sentences a person reads about a CCN. Each says what to do next."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from providers.ccn import Reading
from providers.kinds import number_of
from providers.models import Provider
from providers.programs import Onboarding


def ok(provider: Provider, onboarding: Onboarding) -> str:
    message = _("%(ccn)s is %(name)s, %(place)s.") % _said(provider)
    if provider.is_provisional:
        message += " " + _("This is a provisional identifier: it is not certified yet.")
    if onboarding.general_open:
        return message
    if onboarding.general_opens_at is None:
        return (
            message
            + " "
            + _(
                "For now only the Provider Security Official (PSO) role can be asked for. CMS has "
                "not set the date for other roles yet."
            )
        )
    return (
        message
        + " "
        + _("Until %(date)s only the Provider Security Official (PSO) role can be asked for.")
        % {"date": eastern(onboarding.general_opens_at)}
    )


def not_served(reading: Reading) -> str:
    return _(
        "%(ccn)s is %(number)s. iQIES does not take this kind of provider, so there is no access "
        "to ask for. If you meant another provider, enter that provider's CCN."
    ) % {"ccn": reading.ccn, "number": number_of(reading.kind)}


def not_on_roster(reading: Reading) -> str:
    return _(
        "%(ccn)s is not on CMS's list of providers. Compare it with a letter from CMS or a survey "
        "report. If it is right, tell CMS that it is missing, or call the iQIES Service Center at "
        "%(phone)s, and CMS can add it."
    ) % {"ccn": reading.ccn, "phone": settings.SERVICE_CENTER_PHONE}


def no_such_provisional(identifier: str) -> str:
    return _(
        "No provider has the provisional identifier %(identifier)s. Compare it with the message "
        "in which CMS gave it. If the provider is certified by now, enter its CCN. If it is "
        "missing, tell CMS, or call the iQIES Service Center at %(phone)s."
    ) % {"identifier": identifier, "phone": settings.SERVICE_CENTER_PHONE}


def branch(reading: Reading, agency: Provider) -> str:
    return _(
        "%(branch)s is a branch of %(name)s, %(place)s. Ask for access at the agency: enter its "
        "CCN, %(ccn)s."
    ) % {"branch": reading.ccn, **_said(agency)}


def not_onboarding(reading: Reading, onboarding: Onboarding) -> str:
    """Of a CCN that is not on the roster, which may not be loaded yet."""
    what = _("%(ccn)s is %(number)s.") % {"ccn": reading.ccn, "number": number_of(reading.kind)}
    return f"{what} {_opens(onboarding)}"


def not_onboarding_at(provider: Provider, onboarding: Onboarding) -> str:
    return _("%(ccn)s is %(name)s, %(place)s.") % _said(provider) + " " + _opens(onboarding)


def _opens(onboarding: Onboarding) -> str:
    program = onboarding.program.name if onboarding.program else _("its program")
    if onboarding.pso_opens_at is None:
        return _(
            "Access requests for %(program)s are not open yet, and CMS has not set a date. There "
            "is nothing to do now."
        ) % {"program": program}
    return _("Access requests for %(program)s open on %(date)s. There is nothing to do before.") % {
        "program": program,
        "date": eastern(onboarding.pso_opens_at),
    }


def closed(provider: Provider) -> str:
    date = formats.date_format(provider.closed_on, "F j, Y") if provider.closed_on else ""
    return _(
        "%(ccn)s, %(name)s, %(place)s, is closed since %(date)s: CMS's lists no longer name it. "
        "If the provider has a new CCN, enter that one. If it is open, call the iQIES Service "
        "Center at %(phone)s."
    ) % {**_said(provider), "date": date, "phone": settings.SERVICE_CENTER_PHONE}


def eastern(at: datetime) -> str:
    """ "November 15, 2022, Eastern Time": the time zone is always named."""
    return _("%(date)s, Eastern Time") % {
        "date": formats.date_format(timezone.localtime(at), "F j, Y")
    }


def _said(provider: Provider) -> dict[str, str]:
    return {"ccn": provider.ccn, "name": provider.display_name, "place": provider.place}
