from django.urls import include, path

from access_requests.digest import views as digest_views
from access_requests.pso_queue import views as pso_queue
from access_requests.views import decisions, my_roles, notices, provider, queue, requests, roles

app_name = "access_requests"

urlpatterns = [
    path("providers/<str:ccn>/", provider.detail, name="provider"),
    path("requests/", requests.mine, name="list"),
    path("requests/new/", requests.new, name="new"),
    path("requests/<int:pk>/", requests.detail, name="detail"),
    path("requests/<int:pk>/approve/", decisions.approve, name="approve"),
    path("requests/<int:pk>/reject/", decisions.reject, name="reject"),
    path("requests/<int:pk>/return/", decisions.return_for_information, name="return"),
    path("requests/<int:pk>/take-back/", decisions.take_back, name="take_back"),
    path("requests/<int:pk>/answer/", decisions.answer, name="answer"),
    path("requests/<int:pk>/withdraw/", decisions.withdraw, name="withdraw"),
    path("queue/", queue.my_queue, name="queue"),
    path("queue/search/", pso_queue.search, name="queue_search"),
    path("service-center/", include("access_requests.service_center.urls")),
    path("roles/", my_roles.mine, name="my_roles"),
    path("roles/<int:pk>/give-up/", roles.give_up, name="give_up"),
    path("roles/<int:pk>/revoke/", roles.revoke, name="revoke"),
    path("notices/", notices.mine, name="notices"),
    path("notices/read/", notices.mark_read, name="mark_notices_read"),
    path("notices/preferences/", digest_views.preferences, name="email_preferences"),
    path("notices/<int:pk>/open/", notices.open_page, name="open_notice"),
    path("notices/<int:pk>/mark/", notices.mark_one, name="mark_notice"),
]
