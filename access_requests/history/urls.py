from django.urls import path

from access_requests.history import views

app_name = "history"

urlpatterns = [
    path("requests/<int:pk>/", views.of_request, name="request"),
    path("requests/<int:pk>/csv/", views.request_file, name="request_file"),
    path("providers/<str:ccn>/", views.of_provider, name="provider"),
    path("providers/<str:ccn>/csv/", views.provider_file, name="provider_file"),
]
