from django.urls import path

from access_requests.people import end_date_views, revoke_views, views

app_name = "people"

urlpatterns = [
    path("", views.people, name="list"),
    path("export/", views.export, name="export"),
    path("<int:pk>/", views.person, name="person"),
    path("roles/<int:pk>/last-day/", end_date_views.end_date, name="end_date"),
    path("roles/<int:pk>/extend/", end_date_views.extend, name="extend"),
    path("revoke/", revoke_views.revoke, name="revoke"),
    path("revoked/", revoke_views.revoked, name="revoked"),
]
