"""The site's URLs with the demonstration's pages, whether or not the tests run with DEMO=1."""

from django.urls import include, path

from iqies_portal import urls
from iqies_portal.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

_demo = path("demo/", include("iqies_portal.demo.urls"))
_is_mounted = any(str(each.pattern) == "demo/" for each in urls.urlpatterns)
urlpatterns = urls.urlpatterns if _is_mounted else [_demo, *urls.urlpatterns]
