"""The portal's addresses as they are where a HARP is configured."""

from django.urls import include, path

from iqies_portal import urls as portal

handler400, handler403 = portal.handler400, portal.handler403
handler404, handler500 = portal.handler404, portal.handler500

urlpatterns = [path("accounts/harp/", include("accounts.harp_urls")), *portal.urlpatterns]
