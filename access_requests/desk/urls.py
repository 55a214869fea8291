from django.urls import path

from access_requests.desk import returned_views, together_views, views

app_name = "desk"

urlpatterns = [
    path("returned/", returned_views.waiting_for_answers, name="returned"),
    path("approve/", together_views.choose, name="choose"),
    path("approve/confirmed/", together_views.approve, name="approve"),
    path("approved/", together_views.approved, name="approved"),
    path("<int:pk>/attempts/", views.record_attempt, name="record_attempt"),
    path("<int:pk>/checks/<slug:code>/", views.answer_check, name="answer_check"),
]
