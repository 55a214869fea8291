from django.urls import path

from access_requests.readiness import list_views, views

app_name = "readiness"

urlpatterns = [
    path("", views.country, name="country"),
    path("states/<str:state>/", views.state, name="state"),
    path("kinds/<slug:kind>/", views.kind, name="kind"),
    path("chains/", views.chains, name="chains"),
    path("chains/<int:pk>/", views.chain, name="chain"),
    path("ccns/", list_views.ccns, name="ccns"),
    path("ccns.csv", list_views.file, name="file"),
]
