from django.urls import path

from access_requests.groups import pages, views

app_name = "groups"

urlpatterns = [
    path("", views.new, name="new"),
    path("mine/", pages.mine, name="mine"),
    path("<int:pk>/", pages.detail, name="detail"),
    path("<int:pk>/progress/", pages.progress, name="progress"),
]
