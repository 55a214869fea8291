"""The pages of reports and of CCNs without anybody, looked over at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from access_requests import workflow
from access_requests.models import EmploymentReport, ReachAttempt, RoleAssignment
from access_requests.orphans import attempts
from access_requests.reports import gathered
from accounts.models import User
from tests import builders as make
from tests.browser.at_a_desk import sit_down
from tests.browsing import DESKTOP, look_at
from tests.reports.builders import claim, contact, emails_to, link_in

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = datetime(2026, 3, 2, 15, tzinfo=UTC)


class Reader:
    def __init__(self, page: Page, check: Callable[[Page], None]) -> None:
        self.page, self.check = page, check

    def look(self, name: str, path: str = "", *says: str) -> None:
        """One h1, nothing wider than the screen, nothing for axe to find."""
        if path:
            self.page.goto(path)
        main = self.page.get_by_role("main")
        for words in says:
            expect(main).to_contain_text(words)
        look_at(self.page, name, album="reports", check=self.check, checked_at=[DESKTOP])

    def click(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def readers(
    new_page: Callable[..., Page], axe: Callable[[Page], None]
) -> Callable[[User | None], Reader]:
    def sits_down(user: User | None = None) -> Reader:
        page = new_page()
        if user is not None:
            sit_down(page, user)
        return Reader(page, axe)

    return sits_down


def test_a_contact_reports_and_cms_settles(readers: Callable[..., Reader]) -> None:
    reviewer = make.reviewer("creviewer7")
    home = make.provider(name="BURNS NURSING HOME", phone="2053321234")
    _, link = claim(home, make.person("cclaim44", full_name="Carla Claimant"))
    outsider = readers()
    outsider.look("claim", link, "Carla Claimant", "Burns Nursing Home")
    outsider.click("Report to CMS")
    outsider.look("claim-missing", "", "There is a problem", "Say who you are.")
    outsider.page.get_by_label("What you know").fill("Nobody of this name works here.")
    outsider.page.get_by_label("Who you are").fill("Olga Contact, office, (205) 332-0100")
    outsider.click("Report to CMS")
    outsider.look("claim-reported", "", "CMS has your report")
    outsider.look("claim-unknown", f"{link[:-3]}/", "This link does not work")
    several(outsider)
    reports_a_pso(readers)

    cms = readers(reviewer)
    cms.look("list", "/reports/", "Carla Claimant", "Nobody of this name works here.")
    report = EmploymentReport.objects.earliest("pk")
    path = f"/reports/{report.pk}/"
    cms.look("detail", path, "Olga Contact, office", "1 contact was told of this claim")
    cms.click("Settle the report")
    cms.look("detail-missing", "", "Write down how you found out.")
    cms.page.get_by_text("Upheld: the person does not work there").click()
    cms.page.get_by_label("How you found out").fill("Called (205) 332-1234: nobody knows her.")
    cms.click("Settle the report")
    cms.look("detail-settled", "", "The report is settled.", "Go to the request")
    cms.look("list-settled", "/reports/?show=settled", "Carla Claimant")


def several(outsider: Reader) -> None:
    claimant = make.person(full_name="Nora Newcomer")
    for _ in range(6):
        there = make.provider()
        contact(there, "chain@sunrise-home.example")
        make.submit(claimant, there, "pso")
    # The portal that the browser asks runs in this process, by this process's clock.
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        gathered.tell()
    link = link_in(emails_to("chain@sunrise-home.example")[-1])
    outsider.look("claim-several", link, "Who does not work there")


def reports_a_pso(readers: Callable[..., Reader]) -> None:
    home = make.provider(name="SUNRISE COURT")
    pso = make.pso(home, make.person(full_name="Dana Quill"))
    holder = readers(make.holder(home))
    holder.look("provider", home.get_absolute_url(), "Report: does not work here")
    holder.page.get_by_role("link", name="Report: does not work here").click()
    holder.look("report-pso", "", "Dana Quill does not work here")
    holder.page.get_by_label("What you know").fill("She left us in May.")
    holder.click("Report to CMS")
    holder.look("provider-reported", "", "CMS has your report and looks into it.")
    assigned = pso.role_assignments.get()
    holder.look("report-pso-again", f"/reports/psos/{assigned.pk}/new/", "CMS has your report of")


def test_a_reviewer_works_off_the_list(readers: Callable[..., Reader]) -> None:
    reviewer = make.reviewer("creviewer7")
    with time_machine.travel(LONG_AGO):
        role = scene(reviewer)
    ccn = role.provider.ccn
    cms = readers(reviewer)
    cms.look("orphans", "/orphans/", "No PSO any more", "Nobody attends", "cannot act")
    cms.look("orphans-none", "/orphans/?state=WY", "No such CCN")
    cms.look("orphans-wrong", "/orphans/?state=ZZ", "There is a problem")
    cms.look("orphan", f"/orphans/ccns/{ccn}/", "Reach its PSOs", "Dana Quill")
    path = f"/orphans/psos/{role.pk}/"
    cms.look("pso", path, "3 more attempts are needed")
    cms.click("Keep the attempt")
    cms.look("pso-missing", "", "There is a problem")
    for hours in (300, 301, 400):
        with time_machine.travel(LONG_AGO + timedelta(hours=hours)):
            how = ReachAttempt.How.EMAIL if hours == 301 else ReachAttempt.How.CALL
            outcome = ReachAttempt.Outcome.NOT_REACHED
            attempts.record(role.pk, by=reviewer, how=how, outcome=outcome, note="No answer.")
    cms.look("pso-enough", path, "That is enough", "This is the last PSO of this CCN")
    cms.look("revoke", f"/roles/{role.pk}/revoke/", "Reach this PSO")
    cms.page.goto(path)
    cms.click("Revoke as unreachable")
    cms.look("orphan-after", "", "Revoked.", "There is none.", "CMS got no answer")
    cms.look("pso-over", path, "This role has ended")


def scene(reviewer: User) -> RoleAssignment:
    """A CCN whose queue nobody attends, one that lost its PSO, one whose PSO is switched off."""
    chain = make.chain(0, "Sunrise Homes")[0]
    home = make.provider(name="BURNS NURSING HOME", phone="2053321234", chain=chain)
    pso = make.pso(home, make.person("dquill52", full_name="Dana Quill"), by=reviewer)
    make.submit(make.person(full_name="Erin Frost"), home)
    contact(home, position="Administrator", phone="(205) 332-0100", added_by=reviewer)
    lost = make.provider(name="QUIET HARBOR", chain=chain)
    gone = make.pso(lost, by=reviewer)
    workflow.give_up(gone.role_assignments.get().pk, by=gone)
    off = make.provider(name="LAKESIDE COURT")
    absent = make.pso(off, by=reviewer)
    absent.is_active = False
    absent.save(update_fields=["is_active"])
    return pso.role_assignments.select_related("provider").get()
