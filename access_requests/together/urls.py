from django.urls import URLPattern

app_name = "together"

urlpatterns: list[URLPattern] = []
