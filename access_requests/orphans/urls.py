from django.urls import path

from access_requests.orphans import pso_views, views

app_name = "orphans"

urlpatterns = [
    path("", views.orphans, name="list"),
    path("export/", views.export, name="export"),
    path("psos/<int:pk>/", pso_views.pso, name="pso"),
    path("psos/<int:pk>/attempts/", pso_views.record_attempt, name="record_attempt"),
    path("psos/<int:pk>/revoke/", pso_views.revoke, name="revoke_unreachable"),
    path("ccns/<str:ccn>/", views.of_provider, name="of_provider"),
]
