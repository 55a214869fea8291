from django.urls import path

from access_requests.service_center import steps, views

urlpatterns = [
    path("", views.home, name="service_center"),
    path("people/<int:pk>/", views.person, name="service_center_person"),
    path("people/<int:pk>/unlock/", steps.unlock, name="service_center_unlock"),
    path("people/<int:pk>/send-again/", steps.send_again, name="service_center_send_again"),
    path("people/<int:pk>/note/", steps.write_note, name="service_center_note"),
    path("people/<int:pk>/reset-factor/", steps.start_reset, name="service_center_reset"),
    path("people/<int:pk>/stop-reset/", steps.stop_reset, name="service_center_stop_reset"),
    path("people/<int:pk>/clear-bounce/", steps.clear_bounce, name="service_center_clear_bounce"),
]
