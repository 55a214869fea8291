from django.urls import path

from access_requests.contacts import import_views, views

app_name = "contacts"

urlpatterns = [
    path("", views.listed, name="list"),
    path("export/", views.export, name="export"),
    path("new/", views.new, name="add"),
    path("<int:pk>/remove/", views.remove, name="remove"),
    path("import/", import_views.upload, name="upload"),
    path("import/template/", import_views.template, name="template"),
    path("import/<int:pk>/", import_views.comparison, name="comparison"),
    path("import/<int:pk>/accept/", import_views.accept, name="accept"),
    path("import/<int:pk>/drop/", import_views.drop, name="drop"),
    path("import/<int:pk>/refused/", import_views.refused, name="refused"),
]
