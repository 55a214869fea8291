from collections.abc import Mapping

from django import template
from django.conf import settings
from django.utils.functional import Promise

from iqies_portal.demo.people import WHO_THEY_ARE

register = template.Library()


@register.simple_tag
def demo_people() -> Mapping[str, Promise]:
    return WHO_THEY_ARE


@register.simple_tag
def demo_password() -> str:
    """Never in production, which refuses to start as a demonstration."""
    return settings.DEMO_PASSWORD if settings.DEMO else ""
