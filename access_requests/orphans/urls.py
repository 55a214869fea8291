from django.urls import URLPattern

app_name = "orphans"

urlpatterns: list[URLPattern] = []
