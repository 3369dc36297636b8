"""allauth signs people in; nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class ClosedAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: Any) -> bool:
        return False

    def pre_authenticate(self, request: Any, **credentials: Any) -> None:
        """Wrong passwords are counted by axes, by name and place: by the name alone anybody locks the owner out.

        allauth's limit `login_failed` is left for the second step, to which only a right password leads.
        """
