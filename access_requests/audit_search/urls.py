from django.urls import URLPattern

app_name = "audit_search"

urlpatterns: list[URLPattern] = []
