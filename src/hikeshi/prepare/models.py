"""Read tables of the workspace's preparation. The entries on the workspace's chain keep every earlier value."""

from django.db import models


class Item(models.Model):
    """What is known now of one role, contact, device, holding, insurance, backup, or of one answered blank."""

    id = models.CharField(primary_key=True, max_length=160)  # chain:subject:key
    chain_id = models.UUIDField(db_index=True)
    subject = models.CharField(max_length=12)
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=40, blank=True)
    data = models.JSONField(default=dict)
    verified_on = models.CharField(max_length=10, blank=True)
    number = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    actor_name = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"{self.subject}:{self.key}"


class PlanVersion(models.Model):
    """A version of the plan document."""

    id = models.CharField(primary_key=True, max_length=80)  # chain:version
    chain_id = models.UUIDField(db_index=True)
    version = models.IntegerField()
    effective_on = models.CharField(max_length=10)
    source_sha256 = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    number = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    actor_name = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"{self.version} ({self.effective_on})"
