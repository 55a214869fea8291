import io
import json
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent, CmsRole, OutgoingEmail, User
from tests.builders import person, provider, pso, submit

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = io.StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def make(user_id: str = "janecms1", email: str = "jane@cms.example", role: str = "reviewer") -> str:
    return run("create_cms_user", user_id, email, f"--role={role}")


def test_a_new_cms_reviewer() -> None:
    assert make(email="Jane@CMS.example") == "janecms1: CMS reviewer, a new account.\n"
    user = User.objects.get()
    assert user.is_cms_reviewer
    assert user.email == "jane@cms.example"
    assert not user.has_usable_password()
    assert EmailAddress.objects.get().verified
    event = AuditEvent.objects.get()
    assert (event.type, event.actor, event.person) == ("cms_user_created", None, user)
    assert event.details == {"role": "reviewer", "role_before": "", "new_account": True}


def test_who_chooses_a_password_by_email() -> None:
    make()
    email = OutgoingEmail.objects.get()
    assert email.to_address == "jane@cms.example"
    assert "/accounts/password/reset/" in email.body_text
    assert not email.holds_secret


def test_a_password_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    run("create_cms_user", "janecms1", "jane@cms.example", "--role=agent", "--password-stdin")
    user = User.objects.get()
    assert user.is_agent
    assert user.check_password("correct horse battery")


@pytest.mark.parametrize(
    ("user_id", "email", "reason"),
    [
        ("jane#1", "jane@cms.example", "is not allowed"),
        ("janecms1", "not an address", "valid email"),
        ("janecms1", "pat@sunny-hill.example", "Another account uses this address"),
    ],
)
def test_refused_with_one_line(user_id: str, email: str, reason: str) -> None:
    person("patdoe77", email="pat@sunny-hill.example")
    with pytest.raises(CommandError, match=reason):
        make(user_id, email)
    assert User.objects.count() == 1


def test_a_bad_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="too short"):
        run("create_cms_user", "janecms1", "jane@cms.example", "--role=agent", "--password-stdin")


def test_somebody_who_only_typed_the_address_is_not_in_the_way() -> None:
    person("squatter1", email="jane@cms.example")
    EmailAddress.objects.update(verified=False)
    make()
    assert User.objects.get(username="janecms1").is_cms_reviewer


def test_an_existing_account_becomes_cms() -> None:
    user = person("patdoe77", email="pat@cms.example")
    assert make("PatDoe77", "pat@cms.example", "agent") == (
        "patdoe77: Service Center agent, from now on.\n"
    )
    user.refresh_from_db()
    assert user.is_agent


def test_the_same_again_changes_nothing() -> None:
    make()
    assert "already; nothing changed" in make()
    assert AuditEvent.objects.count() == 1


def test_from_agent_to_reviewer() -> None:
    make(role="agent")
    make(role="reviewer")
    assert User.objects.get().is_cms_reviewer
    assert AuditEvent.objects.latest("id").details["role_before"] == "agent"


def test_only_with_the_address_the_account_has_verified() -> None:
    person("patdoe77", email="pat@cms.example")
    with pytest.raises(CommandError, match="not its verified address"):
        make("patdoe77", "somebody@else.example")


def test_not_a_closed_account() -> None:
    person("patdoe77", email="pat@cms.example", is_active=False)
    with pytest.raises(CommandError, match="closed"):
        make("patdoe77", "pat@cms.example")


def test_nobody_with_a_role() -> None:
    user = pso(provider())
    with pytest.raises(CommandError, match="holds a role"):
        make(user.username, user.email)


def test_nobody_with_an_open_request() -> None:
    user = person("patdoe77", email="pat@cms.example")
    submit(user, provider(), "pso")
    with pytest.raises(CommandError, match="open request"):
        make("patdoe77", "pat@cms.example")
    user.refresh_from_db()
    assert user.cms_role == ""


def test_the_checks_are_those_named_in_settings(settings: Any) -> None:
    settings.CMS_USER_CHECKS = [f"{__name__}.refuse_everybody"]
    person("patdoe77", email="pat@cms.example")
    with pytest.raises(CommandError, match="nobody today"):
        make("patdoe77", "pat@cms.example")


def refuse_everybody(user: User) -> None:
    raise ValidationError("nobody today")


def test_roles_offered() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        make(role="king")
    assert CmsRole.values == ["reviewer", "agent"]


def test_check_user_id_as_lines() -> None:
    assert run("check_user_id", "patdoe77", "patsunny", "sunnyhillcare").splitlines() == [
        "patdoe77: accepted.",
        "patsunny: accepted with a warning. This is part of the name of a provider.",
        "sunnyhillcare: refused. This is the name of a provider.",
    ]


def test_check_user_id_as_json(tmp_path: Path) -> None:
    (tmp_path / "ids.txt").write_text("PatSunny\n\n#\n")
    said = json.loads(run("check_user_id", "--json", "--file", str(tmp_path / "ids.txt")))
    assert [entry["typed"] for entry in said] == ["PatSunny", "#"]
    assert said[0] == {
        "typed": "PatSunny",
        "accepted": True,
        "warning": True,
        "reasons": ["This is part of the name of a provider."],
    }
    assert said[1]["accepted"] is False
    assert said[1]["warning"] is False


@pytest.mark.parametrize("args", [[], ["--file", "nowhere.txt"]])
def test_check_user_id_needs_something_to_check(args: list[str]) -> None:
    with pytest.raises(CommandError):
        run("check_user_id", *args)
