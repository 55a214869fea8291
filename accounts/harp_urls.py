"""Signing in with HARP. Mounted only where a HARP is configured."""

from django.urls import path

from accounts.harp.views import arriving, connections, leaving, welcome

app_name = "harp"

urlpatterns = [
    path("sign-in/", leaving.sign_in, name="sign_in"),
    path("callback/", arriving.callback, name="callback"),
    path("match/", welcome.match, name="match"),
    path("match/other/", welcome.tell_apart, name="tell_apart"),
    path("email/", welcome.email, name="email"),
    path("email/code/", welcome.email_code, name="email_code"),
    path("cancel/", welcome.cancel, name="cancel"),
    path("link/", connections.link, name="link"),
    path("connect/", leaving.connect, name="connect"),
    path("disconnect/", connections.disconnect, name="disconnect"),
    path("reauthenticate/", leaving.reauthenticate, name="reauthenticate"),
]
