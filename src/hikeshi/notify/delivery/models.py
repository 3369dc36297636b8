"""Read tables of deliveries, and of how mail goes out."""

from django.db import models


class Delivery(models.Model):
    """A delivery of one text to a list of people, and whether work is owed for it."""

    id = models.CharField(primary_key=True, max_length=80)  # chain:delivery
    chain_id = models.UUIDField(db_index=True)
    delivery = models.CharField(max_length=16, db_index=True)
    state = models.CharField(max_length=8, default="drafted")  # drafted | listed | running | paused | ended
    asked = models.BooleanField(default=False)  # a mail to oneself is owed
    made_at = models.DateTimeField(null=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.delivery}: {self.state}"


class DeliveryEvent(models.Model):
    """Every entry of a delivery, in order: where it stands is folded from them (delivery/rules.py)."""

    id = models.CharField(primary_key=True, max_length=80)  # chain:number
    chain_id = models.UUIDField(db_index=True)
    delivery = models.CharField(max_length=16, db_index=True)
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    by_id = models.CharField(max_length=80, blank=True)
    by_name = models.CharField(max_length=80, blank=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} #{self.number}"


class MailSetting(models.Model):
    """How a workspace's mail goes out, and where its reminders go; no password."""

    id = models.CharField(primary_key=True, max_length=80)  # chain:kind
    chain_id = models.UUIDField(db_index=True)
    what = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return self.what
