"""The kit: to download, to carry, and to bring back what was done with it."""

from django.urls import path

from hikeshi.kit import views

app_name = "kit"
urlpatterns = [
    path("", views.page, name="page"),
    path("hikeshi-kit.html", views.download, name="download"),
    path("tools/", views.tools, name="tools"),
    path("hikeshi-kit-tools.zip", views.tools_zip, name="tools_zip"),
    path("bring/", views.bring, name="bring"),
]
