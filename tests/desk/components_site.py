"""Addresses for looking at components alone: the page of all of them, as a visitor and with mistakes in its form."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import translation

from hikeshi.desk.showcase import context as showcase


def components(request: HttpRequest) -> HttpResponse:
    with translation.override(request.GET.get("lang", "ja")):
        context = showcase(mistakes="mistakes" in request.GET)
        if "drill" not in request.GET:
            context["case"]["drill"] = False
        context["nav"] = [
            {"name": "ホーム", "href": "/", "current": True},
            {"name": "備え", "href": "/"},
            {"name": "携帯キット", "href": "/"},
        ]
        return HttpResponse(render(request, "desk/components.html", context).content)


urlpatterns = [
    path("components/", components),
    path("i18n/", include("django.conf.urls.i18n")),
    path("desk/account/", include("allauth.account.urls")),
    path("desk/mfa/", include("allauth.mfa.urls")),
]
