from django.urls import path

from access_requests.programs import role_views, views

app_name = "programs"

urlpatterns = [
    path("", views.listed, name="list"),
    path("roles/new/", role_views.new, name="role_new"),
    path("roles/<slug:code>/", role_views.edit, name="role_edit"),
    path("<slug:code>/", views.edit, name="edit"),
]
