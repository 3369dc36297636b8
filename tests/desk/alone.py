"""The desk's addresses alone: its pages are looked at without waiting for any other room."""

from django.urls import include, path

urlpatterns = [
    path("desk/account/", include("allauth.account.urls")),
    path("desk/mfa/", include("allauth.mfa.urls")),
    path("", include("hikeshi.desk.urls")),
]

handler403 = "hikeshi.desk.errors.forbidden"
handler404 = "hikeshi.desk.errors.not_found"
handler500 = "hikeshi.desk.errors.server_error"
