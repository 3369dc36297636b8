"""Read tables of step 4, made from the entries: what was stated when, which reports were made, where a text stands."""

from django.db import models

from hikeshi.notify.delivery.models import Delivery, DeliveryEvent, MailSetting

__all__ = ["Delivery", "DeliveryEvent", "MailSetting"]


class Statement(models.Model):
    """Every statement of a fact, in order: from it follows since when a duty has been there."""

    id = models.CharField(primary_key=True, max_length=80)  # chain:number
    chain_id = models.UUIDField(db_index=True)
    number = models.BigIntegerField()
    key = models.CharField(max_length=80)
    value = models.JSONField(null=True)
    status = models.CharField(max_length=12)
    stated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.key} #{self.number}"


class Told(models.Model):
    """Whether a report or notice was made: one row a duty (or filing) and stage."""

    id = models.CharField(primary_key=True, max_length=140)  # chain:target:stage
    chain_id = models.UUIDField(db_index=True)
    target = models.CharField(max_length=60)
    stage = models.CharField(max_length=8)
    state = models.CharField(max_length=8)  # met | waived | open
    at = models.DateTimeField()
    how = models.CharField(max_length=12, blank=True)
    receipt = models.CharField(max_length=200, blank=True)
    words_sha256 = models.CharField(max_length=64, blank=True)  # remarks or reason
    evidence = models.JSONField(default=list)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.target}/{self.stage}: {self.state}"


class Missed(models.Model):
    """A deadline that passed unmet: one row a duty (or filing), stage and day."""

    id = models.CharField(primary_key=True, max_length=180)  # chain:target:stage:due
    chain_id = models.UUIDField(db_index=True)
    target = models.CharField(max_length=60)
    stage = models.CharField(max_length=8)
    due = models.CharField(max_length=40)
    noted_at = models.DateTimeField()
    reason_sha256 = models.CharField(max_length=64, blank=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.target}/{self.stage}: {self.due}"


class Reminded(models.Model):
    """A reminder that went out, so that it goes once."""

    id = models.CharField(primary_key=True, max_length=220)  # chain:key
    chain_id = models.UUIDField(db_index=True)
    key = models.CharField(max_length=160)
    at = models.DateTimeField()
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return self.key


class Letter(models.Model):
    """Where exactly one text of a document stands: checked, without a lawyer, sent, proved."""

    id = models.CharField(primary_key=True, max_length=180)  # chain:document:language:sha256
    chain_id = models.UUIDField(db_index=True)
    document = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    sha256 = models.CharField(max_length=64)
    text_sha256 = models.CharField(max_length=64, blank=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.CharField(max_length=80, blank=True)
    no_lawyer_sha256 = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=12, blank=True)
    to_sha256 = models.CharField(max_length=64, blank=True)
    files = models.JSONField(default=list)
    lawyer_how = models.CharField(max_length=12, blank=True)
    lawyer_proof = models.JSONField(default=list)
    lawyer_note_sha256 = models.CharField(max_length=64, blank=True)
    proved_at = models.DateTimeField(null=True)
    proof = models.JSONField(default=list)
    receipt = models.CharField(max_length=200, blank=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.document} ({self.language}) {self.sha256[:12]}"


class Edited(models.Model):
    """What was corrected by hand in a document: one row a document and language, the newest corrections."""

    id = models.CharField(primary_key=True, max_length=120)  # chain:document:language
    chain_id = models.UUIDField(db_index=True)
    document = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    edits_sha256 = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80, blank=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.document} ({self.language}) #{self.number}"


class Overridden(models.Model):
    """A finding that the leader let pass in exactly one text."""

    id = models.CharField(primary_key=True, max_length=220)  # chain:document:language:sha256:finding
    chain_id = models.UUIDField(db_index=True)
    document = models.CharField(max_length=60)
    language = models.CharField(max_length=2)
    sha256 = models.CharField(max_length=64)
    finding = models.CharField(max_length=40)
    reason_sha256 = models.CharField(max_length=64)
    by = models.CharField(max_length=80, blank=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.document} {self.finding}"


class LawyerRule(models.Model):
    """Which documents of a workspace leave only with a lawyer's word."""

    chain_id = models.UUIDField(primary_key=True)
    documents = models.JSONField(default=list)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return "、".join(self.documents)


class Sender(models.Model):
    """Who the workspace's letters come from."""

    chain_id = models.UUIDField(primary_key=True)
    data = models.JSONField(default=dict)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.data.get("name", ""))
