"""Read table: the recovery items of a case."""

from django.db import models


class Item(models.Model):
    """One thing to remove, harden or restore."""

    id = models.CharField(primary_key=True, max_length=80)  # chain:item
    chain_id = models.UUIDField(db_index=True)
    item = models.CharField(max_length=40)
    stage = models.CharField(max_length=12)
    what_sha256 = models.CharField(max_length=64)
    who = models.CharField(max_length=80, blank=True)  # of an entry of version 1, which held the name itself
    who_sha256 = models.CharField(max_length=64, blank=True, default="")
    suggestion = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=8, default="open")  # open | done | waived
    said_sha256 = models.CharField(max_length=64, blank=True)  # how it was done, or why it was waived
    proof = models.JSONField(default=list)
    number = models.BigIntegerField()
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
