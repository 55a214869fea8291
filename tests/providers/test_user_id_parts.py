import pytest
from django.core.exceptions import ValidationError

from accounts.user_id import judge
from providers.user_id_parts import warn_of_part_of_name
from tests.builders import provider

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "user_id"),
    [
        ("QUAIL RUN HEALTH AND REHAB", "quailrun77"),
        ("QUAIL RUN HEALTH AND REHAB", "patquailrun"),
        ("THE QUAIL RUN CENTER", "quailrun77"),
        ("HAVEN OF CAMP VERDE", "havenofcamp"),
        ("ST. MARY'S-ON-THE-LAKE HOME", "stmarysonthe"),
        ("ZZZZZ ZZZZZ HOME", "zzzzzzzzzz"),
    ],
)
def test_warned_about(name: str, user_id: str) -> None:
    provider(name=name)
    with pytest.raises(ValidationError) as warning:
        warn_of_part_of_name(user_id)
    assert warning.value.code == "warning"


@pytest.mark.parametrize(
    ("name", "user_id"),
    [
        ("QUAIL RUN HEALTH AND REHAB", "quailrunner"[:7]),
        ("QUAIL RUN HEALTH AND REHAB", "patquail"),
        ("OAK HILL NURSING HOME", "oakhill77"),
        ("ANDERSON", "janderson77"),
        ("WILLIAM R COURTNEY HOME", "williamroe77"),
        ("LIFE OF A", "lifeofa77"),
    ],
)
def test_nothing_to_say(name: str, user_id: str) -> None:
    provider(name=name)
    warn_of_part_of_name(user_id)


def test_a_whole_name_is_refused_rather_than_warned_about() -> None:
    provider(name="QUAIL RUN CENTER")
    assert not judge("quailruncenter").is_accepted
    part = judge("quailrun77")
    assert part.is_accepted
    assert "Quail Run Center" in part.warnings[0]
