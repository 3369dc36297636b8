"""Read tables: the measures of a case and its review."""

from django.db import models


class Measure(models.Model):
    """One measure against the root cause."""

    id = models.CharField(primary_key=True, max_length=80)  # chain:measure
    chain_id = models.UUIDField(db_index=True)
    measure = models.CharField(max_length=40)
    nature = models.CharField(max_length=16)
    what_sha256 = models.CharField(max_length=64)
    owner = models.CharField(max_length=80, blank=True)  # of an entry of version 1, which held the name itself
    owner_sha256 = models.CharField(max_length=64, blank=True, default="")
    due = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=8, default="open")  # open | done | dropped
    said_sha256 = models.CharField(max_length=64, blank=True)
    number = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True)


class Review(models.Model):
    """The latest review of a case, and the plan's version that followed from it."""

    chain_id = models.UUIDField(primary_key=True)
    worked_sha256 = models.CharField(max_length=64, blank=True)
    to_improve_sha256 = models.CharField(max_length=64, blank=True)
    to_prepare_sha256 = models.CharField(max_length=64, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    plan_version = models.IntegerField(null=True)
