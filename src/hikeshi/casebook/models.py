"""The chains and their lines (the record itself), and the casebook's own read tables (made from the lines)."""

import uuid

from django.db import models


class Chain(models.Model):
    """One chain of lines: a workspace's or a case's. Its head is the row that every append locks."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey("desk.Workspace", on_delete=models.PROTECT, related_name="chains")
    subject = models.CharField(max_length=12)  # "workspace" | "case"
    number = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(default=0)  # bytes of all lines, LF included
    recorded_at = models.DateTimeField(null=True)
    disposed = models.BooleanField(default=False)


class Line(models.Model):
    """One line, byte for byte. The database refuses UPDATE, and DELETE unless the whole chain was disposed of.

    Each index is a page more that every entry writes and waits for: there are only the two that keep the record right.
    """

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="lines", db_index=False)
    number = models.BigIntegerField()
    request_id = models.CharField(max_length=64, null=True)
    last_of_request = models.BigIntegerField(null=True)
    line = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="one_line_a_number"),
            models.UniqueConstraint(
                fields=["chain", "request_id"],
                condition=models.Q(request_id__isnull=False),
                name="one_record_a_request",
            ),
        ]


class StaleTable(models.Model):
    """A read table whose projection failed on a chain: `hikeshi casebook rebuild` makes it anew."""

    chain_id = models.UUIDField()
    room = models.CharField(max_length=40)
    number = models.BigIntegerField()
    why = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain_id", "room"], name="one_stale_mark_a_room")]


class Case(models.Model):
    """Read table: an incident. Its id is its chain's."""

    chain_id = models.UUIDField(primary_key=True)
    workspace_id = models.UUIDField()
    reference = models.CharField(max_length=20)
    title = models.CharField(max_length=200, blank=True)
    situation = models.CharField(max_length=40, blank=True)
    drill = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    occurred_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)  # "" while open | incident | not_an_incident

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace_id", "reference"], name="one_case_a_reference")]
        indexes = [models.Index(fields=["workspace_id", "-opened_at"], name="cases_newest_first")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}".strip()

    @property
    def ref(self) -> str:
        return self.reference

    @property
    def said(self) -> str:
        """Reference and title in one line."""
        return str(self)

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/i/{self.reference}/"


class Fact(models.Model):
    """Read table: what is known of a case now, one row a key. The entries keep every earlier value."""

    id = models.CharField(primary_key=True, max_length=120)  # chain:key
    chain_id = models.UUIDField(db_index=True)
    key = models.CharField(max_length=80)
    value = models.JSONField(null=True)
    status = models.CharField(max_length=12)
    source = models.CharField(max_length=200, blank=True)
    others_sha256 = models.CharField(
        max_length=64, blank=True, default=""
    )  # items of a list in words of somebody's own
    text_sha256 = models.CharField(max_length=64, blank=True)
    actor_name = models.CharField(max_length=80, blank=True)
    number = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    occurred_at = models.DateTimeField(null=True)


class Evidence(models.Model):
    """Read table: a file in the evidence store."""

    id = models.CharField(primary_key=True, max_length=120)  # chain:sha256
    chain_id = models.UUIDField(db_index=True)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    name = models.CharField(max_length=300)
    purpose = models.CharField(max_length=40, blank=True)
    number = models.BigIntegerField()
    recorded_at = models.DateTimeField()


class Approval(models.Model):
    """Read table: who approved exactly which text (by its SHA-256), and how."""

    id = models.CharField(primary_key=True, max_length=80)  # chain:number
    chain_id = models.UUIDField(db_index=True)
    subject = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    by = models.CharField(max_length=20)
    how = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=80)
    number = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    withdrawn = models.BooleanField(default=False)


class CaseHead(models.Model):
    """Read table on the workspace's chain: each case's head as it stood at open, checkpoint, close and disposal."""

    id = models.CharField(primary_key=True, max_length=80)  # workspace chain:number
    chain_id = models.UUIDField(db_index=True)
    case_chain_id = models.UUIDField(db_index=True)
    reference = models.CharField(max_length=20)
    reason = models.CharField(max_length=20)
    head_number = models.BigIntegerField()
    head_sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
