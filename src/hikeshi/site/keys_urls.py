"""allauth's addresses for passkeys and recovery codes; what answers them is imported when somebody first asks."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from django.utils.module_loading import import_string


def _later(dotted: str) -> Callable[..., HttpResponseBase]:
    """The view of this name in allauth.mfa. fido2 and cryptography cost a tenth of the time to the first page."""

    def view(request: HttpRequest, **values: Any) -> HttpResponseBase:
        answer: HttpResponseBase = import_string(view.dotted)(request, **values)  # type: ignore[attr-defined]
        return answer

    view.dotted = f"allauth.mfa.{dotted}"  # type: ignore[attr-defined]
    return view


BASE, CODES, PASSKEYS = "base.views.", "recovery_codes.views.", "webauthn.views."
urlpatterns = [
    path("", _later(BASE + "index"), name="mfa_index"),
    path("authenticate/", _later(BASE + "authenticate"), name="mfa_authenticate"),
    path("reauthenticate/", _later(BASE + "reauthenticate"), name="mfa_reauthenticate"),
    path("recovery-codes/", _later(CODES + "view_recovery_codes"), name="mfa_view_recovery_codes"),
    path("recovery-codes/generate/", _later(CODES + "generate_recovery_codes"), name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", _later(CODES + "download_recovery_codes"), name="mfa_download_recovery_codes"),
    path("webauthn/", _later(PASSKEYS + "list_webauthn"), name="mfa_list_webauthn"),
    path("webauthn/add/", _later(PASSKEYS + "add_webauthn"), name="mfa_add_webauthn"),
    path("webauthn/reauthenticate/", _later(PASSKEYS + "reauthenticate_webauthn"), name="mfa_reauthenticate_webauthn"),
    path("webauthn/keys/<int:pk>/remove/", _later(PASSKEYS + "remove_webauthn"), name="mfa_remove_webauthn"),
    path("webauthn/keys/<int:pk>/edit/", _later(PASSKEYS + "edit_webauthn"), name="mfa_edit_webauthn"),
    path("webauthn/login/", _later(PASSKEYS + "login_webauthn"), name="mfa_login_webauthn"),
]
