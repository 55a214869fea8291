"""What could not be filed: why, and what leads on."""

from __future__ import annotations

import pytest

from access_requests import workflow
from access_requests.models import AccessRequest, GroupLine, RequestGroup
from tests import builders as make
from tests.groups.builders import signed_in
from tests.groups.sending import NEW, VIEWER, send, submit

pytestmark = pytest.mark.django_db


def test_what_was_left_out_is_dropped_and_what_cannot_be_used_is_kept_with_its_reason() -> None:
    homes = [make.provider() for _ in range(2)]
    person = make.person()
    client = signed_in(person)
    reviewed = send(client, "review", f"{homes[0].ccn} {homes[1].ccn} 4.40E+233")
    response = submit(client, reviewed, line="4.40E+233", leave=homes[1].ccn)
    assert response.status_code == 302
    assert AccessRequest.objects.get().provider == homes[0]
    group = RequestGroup.objects.get()
    refused = group.lines.get(outcome=GroupLine.Outcome.REFUSED)
    assert refused.typed == "4.40E+233"
    assert "A spreadsheet" in refused.refusal
    page = client.get(f"{group.get_absolute_url()}?show=not-filed").content.decode()
    assert "A spreadsheet turned" in page
    assert homes[0].ccn not in page
    anew = client.get(f"{NEW}?again={group.pk}").content.decode()
    assert "4.40E+233" in anew
    assert "Director of Nursing" in anew
    other = signed_in(make.person()).get(f"{NEW}?again={group.pk}").content.decode()
    assert "4.40E+233" not in other


def test_a_line_whose_request_waits_already_leads_there_and_is_not_to_be_corrected() -> None:
    homes = [make.provider() for _ in range(2)]
    person = make.person()
    asked = make.submit(person, homes[0])
    client = signed_in(person)
    submit(client, send(client, "review", f"{homes[0].ccn} {homes[1].ccn}", roles=[VIEWER]))
    group = RequestGroup.objects.get()
    address = f"{NEW}?again={group.pk}"
    page = client.get(group.get_absolute_url()).content.decode()
    assert "1 line was not filed" in page
    assert f'href="{asked.get_absolute_url()}">See request {asked.pk}<' in page
    assert address not in page
    assert homes[0].ccn not in client.get(address).content.decode()

    workflow.withdraw(asked.pk, by=person)
    assert address in client.get(group.get_absolute_url()).content.decode()
    assert homes[0].ccn in client.get(address).content.decode()
