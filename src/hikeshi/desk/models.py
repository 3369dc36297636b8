"""Workspaces (a client each), people, and who may do what. State, not read tables: the record is in the casebook."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Workspace(models.Model):
    """A client: everything of one business. A person of another workspace sees nothing of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("事業の名前"), max_length=120, blank=True)
    language = models.CharField(max_length=8, default="ja")
    drill = models.BooleanField(default=False)  # a drill's data stays apart from real incidents (DESIGN truth 10)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name_said

    @property
    def name_said(self) -> str:
        """The name as shown; a workspace begun in an emergency has none yet."""
        return self.name or str(_("（名前はまだありません）"))


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, username: str, password: str | None = None, **extra: object) -> "Person":
        person = self.model(username=self.model.normalize_username(username), **extra)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody who can sign in. `provisional`: began in an emergency; name and password are asked for later."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(_("サインインの名前"), max_length=80, unique=True)
    display_name = models.CharField(_("お名前"), max_length=80, blank=True)
    language = models.CharField(max_length=8, default="ja")
    is_active = models.BooleanField(default=True)
    provisional = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonManager()
    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return str(self)


class Membership(models.Model):
    """A person's role in a workspace; desk.rules says what the role may do."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20)  # checked in Python against desk.rules.ROLES: a new role is no migration
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "person"], name="one_role_a_workspace")]

    def __str__(self) -> str:
        return f"{self.person} ({self.role})"
