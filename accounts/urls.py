from django.urls import path

from accounts import (
    email_works,
    factor_reset_views,
    kept_views,
    session_views,
    sign_up_views,
    views,
)
from accounts.limits import MINUTE, per_address

app_name = "accounts"

urlpatterns = [
    path("", views.account, name="account"),
    path("profile/", views.edit_profile, name="profile"),
    path("email/works/", email_works.email_works, name="email_works"),
    path("terms/", views.terms_of_use, name="terms"),
    path("signup/code/", sign_up_views.code, name="sign_up_code"),
    path(
        "factor-reset/<uuid:reference>/",
        per_address("stop", (30, MINUTE))(factor_reset_views.stop_factor_reset),
        name="stop_factor_reset",
    ),
    path("sessions/", session_views.signed_in_places, name="sessions"),
    path("session/", session_views.session, name="session"),
    path("session/typed/", session_views.keep_typed, name="keep_typed"),
    path("kept/", kept_views.page, name="kept_forms"),
    path("kept/typed/", kept_views.typed, name="kept_typed"),
    path("user-id/check/", views.check_user_id, name="check_user_id"),
    path("user-id/forgotten/", views.recover_user_id, name="recover_user_id"),
]
