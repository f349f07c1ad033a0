"""Tables of the journal; no decisions here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.base import ids
from phithak.core.db.models import Row


class Entry(models.Model):
    """What one service call did; append-only. ``body`` is canonical JSON: facts, hashes, count, root."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    tenant = models.ForeignKey(
        "accounts.Tenant", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    tag = models.CharField(max_length=100)
    actor_kind = models.CharField(max_length=10)
    actor_name = models.CharField(max_length=250)
    # plain ids: the journal must outlive whatever they point to
    actor_user = models.UUIDField(null=True)
    staff_session = models.UUIDField(null=True)
    object_kind = models.CharField(max_length=100)
    object_id = models.CharField(max_length=250)
    at = models.DateTimeField()
    body = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant", "id"], name="journal_by_tenant"),
            # the tenant lies in them too, so that a list walks to any page without reading rows
            models.Index(fields=["tag", "id", "tenant"], name="journal_tags"),
            models.Index(fields=["actor_user", "id"], name="journal_by_actor"),
            models.Index(fields=["object_kind", "object_id"], name="journal_by_object"),
            models.Index(fields=["at", "id", "tenant"], name="journal_times"),
        ]


class Pending(models.Model):
    """An entry that has no number yet; inserted by a trigger, deleted by the sequencer."""

    entry_id = models.UUIDField(primary_key=True)


class Epoch(models.Model):
    """One tree: its name, and the number after which it starts; append-only."""

    number = models.PositiveIntegerField(primary_key=True)
    origin = models.CharField(max_length=250, unique=True)
    start = models.BigIntegerField()
    public_key = models.BinaryField(max_length=32)
    reason = models.CharField(max_length=250)
    at = models.DateTimeField()


class Leaf(models.Model):
    """The number of an entry, from 1 and never used twice, and its leaf hash; append-only."""

    seq = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField("journal.Entry", on_delete=models.PROTECT, related_name="leaf")
    leaf_hash = models.BinaryField(max_length=32)


class Node(models.Model):
    """The root of a complete subtree of 256, 65536 … leaves of an epoch; append-only."""

    epoch = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    node_hash = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["epoch", "level", "index"], name="journal_one_node")
        ]


class Checkpoint(models.Model):
    """What the journal says of itself at one size of one epoch, signed; append-only."""

    origin = models.CharField(max_length=250)
    epoch = models.PositiveIntegerField()
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    note = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["epoch", "size"], name="journal_one_checkpoint_a_size")
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="journal_checkpoint_time")]


class Cosignature(models.Model):
    """A witness's signature on a checkpoint of ours; append-only."""

    checkpoint = models.ForeignKey(
        "journal.Checkpoint", on_delete=models.PROTECT, related_name="cosignatures"
    )
    witness = models.CharField(max_length=250)
    line = models.TextField()
    witnessed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["checkpoint", "witness"], name="journal_one_cosignature")
        ]


class Sequencer(models.Model):
    """The one row that says how far numbering came: lease, fence, and the tree's right edge."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    holder = models.CharField(max_length=100, default="")
    leased_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    epoch = models.PositiveIntegerField(default=0)
    seq = models.BigIntegerField(default=0)
    edge = models.BinaryField(default=b"")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="journal_one_sequencer")
        ]


class WatchedLog(Row):
    """The newest checkpoint of a peer's journal that we signed as its witness."""

    base = models.CharField(max_length=250)
    origin = models.CharField(max_length=250, unique=True)
    epoch = models.PositiveIntegerField()
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    signed_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True)
    refused_why = models.CharField(max_length=40, blank=True)
    refused_note = models.TextField(blank=True)


class Verification(Row):
    """A check of the whole journal: how far it came and what it found."""

    state = models.CharField(max_length=20, default="running")  # running | done | stopped
    started_by = models.CharField(max_length=250)
    finished_at = models.DateTimeField(null=True)
    total = models.BigIntegerField(default=0)
    checked = models.BigIntegerField(default=0)
    cursor = models.TextField(blank=True)
    result = models.TextField(blank=True)
