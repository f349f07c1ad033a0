"""Templates, their versions, and the directory."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class Template(TenantOwned):
    """A text with a code and a purpose; its wording lies in versions.

    ``loaded_hash`` is that of the ready text that was last loaded; "" for a template of the tenant's own.
    """

    code = models.CharField(max_length=20)
    text_class = models.CharField(max_length=10)  # texts.TextClass
    channel = models.CharField(max_length=10)  # texts.Channel
    two_way = models.BooleanField(default=False)
    title_th = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    loaded_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "code"], name="notices_one_template_per_code")
        ]


class TemplateVersion(Row):
    """One wording of a template. The tenant is that of the template."""

    template = models.ForeignKey("notices.Template", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    subject_th = models.CharField(max_length=300, blank=True)
    subject_en = models.CharField(max_length=300, blank=True)
    body_th = models.TextField()
    body_en = models.TextField()
    state = models.CharField(max_length=10)  # queries.State
    text_hash = models.CharField(max_length=64)
    approved_hash = models.CharField(max_length=64, blank=True)
    author = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    submitter = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "submitted_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "number"], name="notices_version_numbers"),
            models.UniqueConstraint(
                fields=["template"],
                condition=Q(state__in=["draft", "submitted"]),
                name="notices_one_open_version",
            ),
            models.UniqueConstraint(
                fields=["template"], condition=Q(state="approved"), name="notices_one_approved_version"
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | Q(author__isnull=True) | ~Q(approver=F("author")),
                name="notices_approver_is_not_author",
            ),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("submitter")),
                name="notices_approver_is_not_submitter",
            ),
        ]


class Hotline(TenantOwned):
    """A telephone number that notices may name; four-digit short numbers stay as they are dialled."""

    slot = models.CharField(max_length=20)  # a directory slot of texts, such as "tel"
    number = models.CharField(max_length=20)  # E.164, or as it is dialled (1242)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    owner = models.CharField(max_length=200)
    hours_th = models.CharField(max_length=100)
    hours_en = models.CharField(max_length=100)
    toll_free = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "slot"], condition=Q(active=True), name="notices_one_hotline_per_slot"
            )
        ]


class RegisteredUrl(TenantOwned):
    """An address of our own pages that long texts may name; never in an SMS."""

    host = models.CharField(max_length=253)
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "host"], condition=Q(active=True), name="notices_one_url_per_host"
            )
        ]
