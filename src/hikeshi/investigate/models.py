"""Read tables of step 2, and the progress of a running scan (which is state, not record)."""

from django.db import models


class Folder(models.Model):
    """Read table on the workspace's chain: a folder that the owner named."""

    id = models.CharField(primary_key=True, max_length=1100)
    chain_id = models.UUIDField(db_index=True)
    path = models.CharField(max_length=1000)


class Scan(models.Model):
    """Read table: logs that were asked to be read, and what came of it."""

    id = models.CharField(primary_key=True, max_length=80)  # chain:scan
    chain_id = models.UUIDField(db_index=True)
    scan = models.CharField(max_length=40)
    files = models.JSONField(default=list)
    names = models.JSONField(default=list)
    zone = models.CharField(max_length=60, blank=True)
    year = models.IntegerField(null=True)
    clock_error = models.IntegerField(default=0)  # seconds; above 0 the clock was fast
    state = models.CharField(max_length=8, default="owed", db_index=True)  # owed | done | failed
    report_sha256 = models.CharField(max_length=64, blank=True)
    lines = models.BigIntegerField(default=0)
    events = models.BigIntegerField(default=0)
    broken = models.BigIntegerField(default=0)
    problem = models.JSONField(null=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    number = models.BigIntegerField()


class Finding(models.Model):
    """Read table: what the log engine proposed, and what a person made of it."""

    id = models.CharField(primary_key=True, max_length=80)  # chain:finding
    chain_id = models.UUIDField(db_index=True)
    finding = models.CharField(max_length=40)
    scan = models.CharField(max_length=40)
    found = models.CharField(max_length=40)
    variant = models.CharField(max_length=40)
    level = models.CharField(max_length=8)
    success = models.CharField(max_length=8)
    confidence = models.CharField(max_length=8)
    addresses = models.JSONField(default=list)
    accounts = models.JSONField(default=list)
    params = models.JSONField(default=dict)
    first = models.CharField(max_length=40)
    last = models.CharField(max_length=40)
    events = models.BigIntegerField()
    verdict = models.CharField(max_length=12, blank=True)
    reason_sha256 = models.CharField(max_length=64, blank=True)
    number = models.BigIntegerField()


class PeopleCount(models.Model):
    """Read table: files whose people were asked to be counted, and what came of it. Numbers only."""

    id = models.CharField(primary_key=True, max_length=80)  # chain:counting
    chain_id = models.UUIDField(db_index=True)
    counting = models.CharField(max_length=40)
    files = models.JSONField(default=list)
    place_sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, default="owed", db_index=True)  # owed | done | failed
    report_sha256 = models.CharField(max_length=64, blank=True)
    at_least = models.BigIntegerField(default=0)
    estimate = models.BigIntegerField(default=0)
    at_most = models.BigIntegerField(default=0)
    kinds = models.JSONField(default=dict)
    examined = models.BigIntegerField(default=0)
    not_examined = models.BigIntegerField(default=0)
    problem = models.JSONField(null=True)
    confirmed = models.CharField(max_length=12, blank=True)  # suspected | confirmed once facts were made of it
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    number = models.BigIntegerField()


class ScanProgress(models.Model):
    """State: how far a running scan or count is. Lost with a crash, and nothing is lost by that."""

    scan = models.CharField(primary_key=True, max_length=40)
    path = models.CharField(max_length=300, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    events = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
