from django.urls import path

from access_requests.reports import public_views, views

app_name = "reports"

urlpatterns = [
    path("", views.reports, name="list"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/settle/", views.settle, name="settle"),
    path("psos/<int:pk>/new/", views.report_pso, name="of_pso"),
    path("claims/<str:token>/", public_views.claim, name="claim"),
]
