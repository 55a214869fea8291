from django.apps import AppConfig


class AccessRequestsConfig(AppConfig):
    name = "access_requests"
    default_auto_field = "django.db.models.BigAutoField"
