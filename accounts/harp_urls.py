"""Signing in with HARP. Mounted only where a HARP is configured."""

from django.urls import path

from accounts.harp.views import arriving, connections, leaving, welcome
from accounts.limits import MINUTE, per_address

app_name = "harp"

urlpatterns = [
    path("sign-in/", leaving.sign_in, name="sign_in"),
    # Each asks HARP in turn; a whole shift may sign in at once behind one address.
    path("callback/", per_address("harp", (60, MINUTE))(arriving.callback), name="callback"),
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
