from django import template

from iqies_portal.demo.people import DEMO_PEOPLE

register = template.Library()


@register.simple_tag
def demo_people() -> list[str]:
    return DEMO_PEOPLE
