from django.urls import path

from providers.roster import steps, views

app_name = "rosters"

urlpatterns = [
    path("", views.roster_list, name="list"),
    path("new/", views.upload, name="upload"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/report.csv", views.report, name="report"),
    path("<int:pk>/accept/", steps.accept, name="accept"),
    path("<int:pk>/drop/", steps.drop, name="drop"),
    path("<int:pk>/compare/", steps.compare, name="compare"),
    path("<int:pk>/repairs/", steps.repairs, name="repairs"),
]
