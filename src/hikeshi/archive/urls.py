"""Sealing the record and taking it away."""

from django.urls import path

from hikeshi.archive import views

app_name = "archive"
urlpatterns = [path("", views.page, name="page"), path("seal/", views.seal, name="seal")]
