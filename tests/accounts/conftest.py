import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError


def refuse_sunny_hill(user_id: str) -> None:
    if user_id == "sunnyhillcare":
        raise ValidationError("This is the name of a provider.")
    if "sunny" in user_id:
        raise ValidationError("This is part of the name of a provider.", code="warning")


@pytest.fixture(autouse=True)
def known_names(settings: LazySettings) -> None:
    """What names the roster holds is tested where it is read."""
    settings.USER_ID_VALIDATORS = [f"{__name__}.refuse_sunny_hill"]
