from django.urls import path

from access_requests.audit_search import views

app_name = "audit_search"

urlpatterns = [
    path("", views.search, name="search"),
    path("export/", views.export, name="export"),
]
