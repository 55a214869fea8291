from django.urls import path

from access_requests.invitations import mine_views, public_views, views

app_name = "invitations"

urlpatterns = [
    path("", views.sent, name="list"),
    path("new/", views.new, name="new"),
    path("sent/<int:pk>/", views.detail, name="detail"),
    path("sent/<int:pk>/again/", views.again, name="again"),
    path("sent/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/withdraw/", views.withdraw_one, name="withdraw_one"),
    path("mine/<int:pk>/", mine_views.show, name="mine"),
    path("mine/<int:pk>/accept/", mine_views.accept, name="accept_mine"),
    path("mine/<int:pk>/decline/", mine_views.decline, name="decline_mine"),
    path("open/<str:token>/", public_views.open_link, name="open"),
    path("open/<str:token>/accept/", public_views.accept, name="accept"),
    path("open/<str:token>/decline/", public_views.decline, name="decline"),
]
