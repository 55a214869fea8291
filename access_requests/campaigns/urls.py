from django.urls import path

from access_requests.campaigns import decline_views, step_views, views

app_name = "campaigns"

urlpatterns = [
    path("", views.campaign_list, name="list"),
    path("new/", views.new, name="new"),
    path("new/count/", views.count, name="count"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/steps/", views.add_step, name="add_step"),
    path("steps/<int:pk>/", step_views.detail, name="step"),
    path("steps/<int:pk>/message/", step_views.edit, name="edit"),
    path("steps/<int:pk>/test/", step_views.test, name="test"),
    path("steps/<int:pk>/start/", step_views.start, name="start"),
    path("steps/<int:pk>/pause/", step_views.pause, name="pause"),
    path("steps/<int:pk>/resume/", step_views.resume, name="resume"),
    path("steps/<int:pk>/progress/", step_views.watch, name="progress"),
    path("steps/<int:pk>/ccns/", step_views.ccns, name="ccns"),
    path("steps/<int:pk>/letters.csv", step_views.paper, name="paper"),
    path("not-me/<str:token>/", decline_views.decline, name="decline"),
]
