from django.urls import path

from access_requests.waiting import views

app_name = "waiting"

urlpatterns = [
    path("requests/<int:pk>/nudge/", views.nudge, name="nudge"),
    path("absence/", views.absence, name="absence"),
    path("absence/<int:pk>/end/", views.end_absence, name="end_absence"),
]
