"""Read table: the archives that were sealed."""

from django.db import models


class Archive(models.Model):
    """One sealed archive."""

    id = models.CharField(primary_key=True, max_length=80)  # chain:number
    chain_id = models.UUIDField(db_index=True)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    files = models.IntegerField()
    size = models.BigIntegerField()
    lines = models.BigIntegerField()
    changed = models.JSONField(default=list)  # kept files that were no longer what the record says
    recorded_at = models.DateTimeField()
