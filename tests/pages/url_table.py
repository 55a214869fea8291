"""The table: what each kind of person gets at each URL, by GET (and HEAD) and by POST.

One word stands for everybody, two for "nobody" and everybody else; else there is one for each
kind. A number is a status; `in` leads to the sign-in page, `admin` to the admin's own.
The request is pending and waits for `pso_here`; the role is the holder's.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.pages.url_access import ACCESS

NOBODY = "nobody"
KINDS = (
    NOBODY,
    "stranger",
    "requester",
    "vendor",
    "holder",
    "pso_here",
    "pso_elsewhere",
    "former_pso",
    "reviewer",
    "agent",
    "superuser",
)

PORTAL = """
                                    | GET              | POST
healthz                             | 200              | 405
readyz                              | 200              | 405
home                                | 200              | 405
help                                | 200              | 405
providers:search                    | in 200           | in 405
providers:answer                    | in 200           | in 405
access_requests:notices             | in 200           | in 405
access_requests:mark_notices_read   | in 405           | in 302
access_requests:email_preferences   | in 200           | in 422
access_requests:open_notice         | in 404 302 404 404 404 404 404 404 404 404 | in 405
access_requests:mark_notice         | in 405 | in 404 302 404 404 404 404 404 404 404 404
access_requests:list                | in 200           | in 405
groups:mine                         | in 200           | in 405
access_requests:my_roles            | in 200           | in 405
access_requests:provider            | in 200           | in 405
reports:claim                       | 200              | 302
invitations:open                    | 200              | 405
invitations:decline                 | 405              | 302

demo:sign_in                        | 405              | 404
demo:mail                           | 200              | 405
demo:mail_message                   | 200              | 405
demo:mail_html                      | 200              | 405

accounts:account                    | in 200           | in 405
accounts:profile                    | in 200           | in 200
accounts:sign_up_code               | 302              | 302
accounts:terms                      | 200              | in 302
accounts:sessions                   | in 200           | in 404
accounts:session                    | 200              | 200
accounts:keep_typed                 | 405              | 400
accounts:kept_forms                 | in 200           | in 404
accounts:kept_typed                 | in 200           | in 405
accounts:check_user_id              | 200              | 405
accounts:recover_user_id            | 200              | 200
accounts:email_works                | in 302           | in 302
accounts:stop_factor_reset          | 200              | 200
campaigns:decline                   | 200              | 422
harp:sign_in                        | 405              | 503 302
harp:callback                       | 400 302          | 405
harp:match                          | 400 302          | 405
harp:tell_apart                     | 405              | 400 302
harp:email                          | 400 302          | 400 302
harp:email_code                     | 400 302          | 400 302
harp:cancel                         | 405              | 400 302
harp:link                           | in 302           | in 302
harp:connect                        | in 405           | in 503
harp:disconnect                     | in 302           | in 302
harp:reauthenticate                 | in 302           | in 302

account_login                       | 200 302          | 200 302
account_logout                      | in 200           | in
account_inactive                    | 200              | 405
account_signup                      | 200 302          | 200 302
account_reauthenticate              | in 200           | in 200
account_email                       | in 200           | in 302
account_email_verification_sent     | in 302           | in 302
account_change_password             | in 200           | in 200
account_set_password                | in 302           | in 302
account_reset_password              | 200              | 200
account_confirm_password_reset_code | in               | in
account_complete_password_reset     | 302              | 302
account_password_reset_completed    | 200              | 405

mfa_index                           | in 200           | in 405
mfa_authenticate                    | in 302           | in 302
mfa_reauthenticate                  | in 302           | in 302
mfa_reauthenticate_webauthn         | in 302           | in 302
mfa_lost_device                     | 200              | 405
mfa_activate_totp                   | in 200           | in 200
mfa_replace_totp                    | in 302           | in 302
mfa_deactivate_totp                 | in 404           | in 404
mfa_add_webauthn                    | in 200           | in 200
mfa_login_webauthn                  | in 302           | in 302
mfa_remove_webauthn                 | in 404           | in 404
mfa_edit_webauthn                   | in 404           | in 404
mfa_view_recovery_codes             | in 404           | in 405
mfa_download_recovery_codes         | in 404           | in 405
mfa_generate_recovery_codes         | in 302           | in 302
mfa_recovery_codes_saved            | in 405           | in 302
"""

ADMIN = {
    "index": "200 200",
    "logout": "405 200",
    "password_change": "302 302",
    "password_change_done": "302 302",
    "autocomplete": "403 405",
    "jsi18n": "200 405",
    "view_on_site": "302 302",
    "app_list": "200 200",
}
ADMIN_MODEL = {
    "changelist": "200 405",
    "add": "403 403",
    "change": "200 403",
    "delete": "403 403",
    "history": "200 405",
    "": "302 302",
}
# Decided by the workflow, written by an import or by the person: read here, changed elsewhere.
ADMIN_READ_ONLY = (
    "access_requests_accessrequest",
    "access_requests_question",
    "access_requests_role",
    "access_requests_roleassignment",
    "account_emailaddress",
    "accounts_auditevent",
    "accounts_notice",
    "accounts_outgoingemail",
    "accounts_user",
    "providers_chain",
    "providers_enrollment",
    "providers_program",
    "providers_provider",
    "providers_rosterimport",
)
CATCH_ALL = "admin/(?P<url>.*)$"
PUBLIC_IN_DEMO = {"demo:sign_in", "demo:mail", "demo:mail_message", "demo:mail_html"}


@dataclass(frozen=True)
class Row:
    get: str
    post: str

    def of(self, kind: str) -> tuple[str, str]:
        return _word(self.get, kind), _word(self.post, kind)


def _word(words: str, kind: str) -> str:
    each = words.split()
    if len(each) <= 2:
        return each[0] if kind == NOBODY else each[-1]
    return dict(zip(KINDS, each, strict=True))[kind]


def table() -> dict[str, Row]:
    """Rows by URL name."""
    rows = {}
    for line in PORTAL.strip().splitlines()[1:]:
        if line:
            name, get, post = line.split("|")
            rows[name.strip()] = Row(get, post)
    lines = [line.split("|") for line in ACCESS.strip().splitlines()]
    for (name, _, get), (_, _, post) in zip(lines[::2], lines[1::2], strict=True):
        rows[name.strip()] = Row(get, post)
    return rows | _admin_rows()


def _admin_rows() -> dict[str, Row]:
    rows = {f"admin:{name}": _only_superuser(words) for name, words in ADMIN.items()}
    rows[CATCH_ALL] = _only_superuser("404 404")
    for model in ADMIN_READ_ONLY:
        for action, words in ADMIN_MODEL.items():
            rows[admin_name(model, action)] = _only_superuser(words, nobody="in")
    signed_in = " 403" * (len(KINDS) - 2)
    rows["admin:login"] = Row(f"in{signed_in} 302", f"in{signed_in} 200")
    signed_in = " 302" * (len(KINDS) - 2)
    rows["admin:logout"] = Row(f"admin{signed_in} 405", f"admin{signed_in} 200")
    return rows


def admin_name(model: str, action: str) -> str:
    """Django gives one of a model's admin URLs, an old spelling of "change", no name."""
    app, _, name = model.rpartition("_")
    return f"admin:{model}_{action}" if action else f"admin/{app}/{name}/<path:object_id>/"


def _only_superuser(words: str, *, nobody: str = "admin") -> Row:
    get, post = (f"{nobody}{' admin' * (len(KINDS) - 2)} {word}" for word in words.split())
    return Row(get, post)
