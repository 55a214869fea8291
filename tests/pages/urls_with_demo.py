"""The site's URLs with those of the demonstration and of HARP, whether or not either is on."""

from django.urls import include, path

from iqies_portal import urls
from iqies_portal.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

_all = {
    "demo/": include("iqies_portal.demo.urls"),
    "accounts/harp/": include("accounts.harp_urls"),
}
_mounted = {str(each.pattern) for each in urls.urlpatterns}
urlpatterns = [
    *(path(route, pages) for route, pages in _all.items() if route not in _mounted),
    *urls.urlpatterns,
]
