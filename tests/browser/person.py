"""A person at a browser: what they click and type, in the words that stand on the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.accounts.factors import App
from tests.browsing import look_at
from tests.mail_server import MailServer, text_of

PASSWORD = "nine purple lanterns swim"
CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")


@dataclass
class Person:
    """`check` runs axe. Every page they come to is looked at, at a desk and on a phone."""

    page: Page
    mail: MailServer
    check: Callable[[Page], None]
    user_id: str
    name: str
    # Pages that somebody on this walk has been looked over on: once is enough.
    looked_at: set[str]
    album: str
    domain: str = "burns-home.example"
    # Once they have one: what shows the codes of their second factor.
    app: App | None = None

    @property
    def email(self) -> str:
        return f"{self.user_id}@{self.domain}"

    def look(self, name: str) -> None:
        """As every browser test looks at a page: tests.browsing.look_at."""
        if name in self.looked_at:
            return
        self.looked_at.add(name)
        look_at(self.page, name, album=self.album, check=self.check)

    def go(self, path: str) -> None:
        self.page.goto(path)

    def click(self, name: str, role: str = "button") -> None:
        main = self.page.get_by_role("main")
        main.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]

    def fill(self, **typed: str) -> None:
        """By label: `fill(job_title="Nurse")` fills "Job title"."""
        for label, text in typed.items():
            self.fill_labelled(label.replace("_", " ").capitalize(), text)

    def fill_labelled(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)

    def gets(self, subject: str) -> str:
        """The words of the email under this subject that arrived at the mail server."""
        return " ".join(text_of(self.mail.wait_for(self.email, subject)).split())

    def code_from(self, subject: str) -> str:
        code = CODE.search(self.gets(subject))
        assert code, f"no code in the email “{subject}”"
        return code[0]

    def sign_up(self) -> None:
        self.go("/")
        self.look("home-visitor")
        self.click("Create an account", "link")
        self.look("sign-up")
        self.fill_labelled("User ID", self.user_id)
        self.fill(email=self.email, password=PASSWORD)
        self.click("Create account")
        self.look("sign-up-code")
        self.fill(code=self.code_from("Your code for verifying your email address"))
        self.click("Confirm")
        expect(self.page).to_have_url(re.compile(r"/$"))
        self.look("home-new")

    def choose_password(self) -> None:
        """Of an account that somebody else made: by a code, and then sign in."""
        self.go("/accounts/password/reset/")
        self.look("password-reset")
        self.fill(email=self.email)
        self.click("Send the code")
        self.look("password-reset-code")
        self.fill(code=self.code_from("Your code for choosing a new password"))
        self.click("Confirm")
        self.look("password-choose")
        self.fill_labelled("New password", PASSWORD)
        self.click("Save the password")
        self.look("password-chosen")

    def sign_in(self) -> None:
        self.go("/accounts/login/")
        self.look("sign-in")
        self.fill_labelled("User ID", self.user_id)
        self.fill(password=PASSWORD)
        self.click("Sign in")
        if self.app is not None:
            self.look("sign-in-code")
            self.fill(code=self.app.fresh_code())
            self.click("Sign in")
        expect(self.page).to_have_url(re.compile(r"/$"))

    def sets_up_app(self) -> None:
        """Sent there on the way to somewhere, where they come out again."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Set up your second factor")
        self.look("factor-choose")
        self.click("Set up an authenticator app", "link")
        self.look("factor-app")
        self.app = App(self.page.locator(".portal-key").inner_text())
        self.fill(code=self.app.fresh_code())
        self.click("Confirm")
        self.sees("Your authenticator app is set up.", "Save your recovery codes")
        self.look("factor-recovery-codes")
        self.click("I have saved them")

    def accepts_terms(self) -> None:
        """Asked of whoever did not sign up here: they come out where they were going."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Terms of use")
        self.look("terms")
        self.click("I accept")

    def ask(self, ccn: str, role: str, *, vendor: str = "") -> str:
        """Fill in the form and send it; the path of the new request's page."""
        if "/requests/new/" not in self.page.url:
            self.go("/requests/new/")
        self.fill_labelled("CMS Certification Number (CCN)", ccn)
        self.page.get_by_label("Role", exact=True).select_option(label=role)
        if vendor:
            self.page.locator("label", has_text="I work for a vendor").click()
        self.fill_labelled("Your legal name", self.name)
        self.fill(job_title="Assessment nurse", employer=vendor or "Burns Nursing Home, Inc.")
        if role == "Provider Security Official":
            self.fill_labelled("Name of the provider's administrator", "Ada Winter")
            contact = "How CMS can reach the administrator"
            self.fill_labelled(contact, "(555) 010-0142")
        self.look(f"request-form-{'pso' if role.startswith('Provider S') else 'working-role'}")
        self.click("Submit request")
        expect(self.page).to_have_url(re.compile(r"/requests/\d+/$"))
        self.sees("Your request was submitted.")
        return self.page.url

    def open_from_queue(self, name: str) -> None:
        self.go("/queue/")
        self.click(name, "link")
