from django.urls import path

from access_requests.together import views

app_name = "together"

urlpatterns = [
    path("", views.choose, name="choose"),
    path("approve/", views.approve, name="approve"),
    path("reject/", views.reject, name="reject"),
    path("result/", views.result, name="result"),
]
