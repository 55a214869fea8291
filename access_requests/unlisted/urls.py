from django.urls import URLPattern

app_name = "unlisted"

urlpatterns: list[URLPattern] = []
