"""Which room answers at which address."""

from django.urls import include, path

MOUNTS = {
    "board": "",
    "contain": "",
    "desk": "",
    "kit": "kit/",
    "prepare": "prepare/",
    "investigate": "i/<str:ref>/investigate/",
    "recover": "i/<str:ref>/recover/",
    "notify": "i/<str:ref>/notify/",
    "improve": "i/<str:ref>/improve/",
    "archive": "i/<str:ref>/archive/",
}

urlpatterns = [
    path("desk/account/", include("allauth.account.urls")),
    path("desk/mfa/", include("hikeshi.site.keys_urls")),
    *(path(mount, include(f"hikeshi.{room}.urls")) for room, mount in MOUNTS.items()),
]

handler400 = "hikeshi.desk.errors.bad_request"
handler403 = "hikeshi.desk.errors.forbidden"
handler404 = "hikeshi.desk.errors.not_found"
handler500 = "hikeshi.desk.errors.server_error"
