from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.account, name="account"),
    path("name/", views.name, name="name"),
    path("user-id/check/", views.check_user_id, name="check_user_id"),
    path("user-id/forgotten/", views.recover_user_id, name="recover_user_id"),
]
