from django.urls import path

from iqies_portal.demo import views

app_name = "demo"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("mail/", views.mail_list, name="mail"),
    path("mail/<slug:key>/", views.mail_message, name="mail_message"),
    path("mail/<slug:key>/html/", views.mail_html, name="mail_html"),
]
