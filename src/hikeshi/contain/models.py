"""What the first hour reads back, and drafts of people who have not signed in (state, not record)."""

import uuid

from django.db import models


class CardAnswer(models.Model):
    """Read table: an answer to a card. Every answer has its row; the newest of a card counts."""

    id = models.CharField(primary_key=True, max_length=80)  # chain:number
    chain_id = models.UUIDField(db_index=True)
    number = models.BigIntegerField()
    card = models.CharField(max_length=60)
    answer = models.CharField(max_length=12)
    chips = models.JSONField(default=list)
    said = models.JSONField(default=list)
    text_sha256 = models.CharField(max_length=64, blank=True)
    photos = models.JSONField(default=list)
    actor_name = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()
    occurred_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["chain_id", "number"], name="answers_in_order")]


class HostStep(models.Model):
    """Read table: a step of cutting a host off or undoing it, and how the host stood after it. The newest counts."""

    id = models.CharField(primary_key=True, max_length=80)  # chain:number
    chain_id = models.UUIDField(db_index=True)
    number = models.BigIntegerField()
    host = models.CharField(max_length=300)
    state = models.CharField(max_length=12)
    allow = models.JSONField(null=True)  # None: as it was before

    class Meta:
        indexes = [models.Index(fields=["chain_id", "number"], name="host_steps_in_order")]


class HeldAccount(models.Model):
    """Read table: an account of the person and how it ends. `ending`: "", closed, left_open."""

    id = models.CharField(primary_key=True, max_length=120)  # chain:account
    chain_id = models.UUIDField(db_index=True)
    number = models.BigIntegerField(default=0)
    account = models.CharField(max_length=40)
    service = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200, blank=True)
    label_sha256 = models.CharField(max_length=64, blank=True)
    suspected = models.CharField(max_length=8, default="unknown")
    recovered_by = models.JSONField(default=list)
    ending = models.CharField(max_length=10, blank=True)
    ended_at = models.DateTimeField(null=True)


class AccountStep(models.Model):
    """Read table: the newest answer to a step of closing an account."""

    id = models.CharField(primary_key=True, max_length=200)  # chain:account:step
    chain_id = models.UUIDField(db_index=True)
    number = models.BigIntegerField()
    account = models.CharField(max_length=40)
    step = models.CharField(max_length=60)
    answer = models.CharField(max_length=12)
    photos = models.JSONField(default=list)
    text_sha256 = models.CharField(max_length=64, blank=True)
    actor_name = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()


class Draft(models.Model):
    """What somebody wrote on the cards without signing in. Not the record; known only by the session that wrote it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answers = models.JSONField(default=list)
    size = models.IntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)
