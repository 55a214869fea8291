from importlib import import_module

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "iqies_portal"

    def ready(self) -> None:
        import_module("iqies_portal.checks")
