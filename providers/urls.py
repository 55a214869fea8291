from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path


def search(request: HttpRequest) -> HttpResponse:
    return render(request, "providers/search.html")


app_name = "providers"
urlpatterns = [path("", search, name="search"), path("answer/", search, name="answer")]
