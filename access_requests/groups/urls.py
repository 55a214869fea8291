from django.urls import path

from access_requests.groups import pages, views, withdraw_views

app_name = "groups"

urlpatterns = [
    path("", views.new, name="new"),
    path("mine/", pages.mine, name="mine"),
    path("<int:pk>/", pages.detail, name="detail"),
    path("<int:pk>/withdraw/", withdraw_views.withdraw, name="withdraw"),
    path("<int:pk>/progress/", pages.progress, name="progress"),
]
