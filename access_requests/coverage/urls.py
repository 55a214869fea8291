from django.urls import path

from access_requests.coverage import views

app_name = "coverage"

urlpatterns = [
    path("", views.mine, name="mine"),
]
