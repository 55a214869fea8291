from django.urls import path

from providers import views

app_name = "providers"

urlpatterns = [
    path("", views.search, name="search"),
    path("answer/", views.answer, name="answer"),
]
