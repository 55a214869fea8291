from django.urls import path

from access_requests.unlisted import cms_views, provisional_views, views

app_name = "unlisted"

urlpatterns = [
    path("", cms_views.list_, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/take-back/", views.take_back, name="take_back"),
    path("<int:pk>/on-roster/", cms_views.is_on_roster, name="is_on_roster"),
    path("<int:pk>/add/", cms_views.add, name="add"),
    path("<int:pk>/answer/", cms_views.answer, name="answer"),
    path("provisional/", provisional_views.list_, name="provisional"),
    path("provisional/<int:pk>/", provisional_views.give_ccn, name="give_ccn"),
]
