"""How organisations come in and change: requests that staff approve, and imports from files."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from phithak.core.accounts.models import TenantOwned
from phithak.core.db.models import Row


class ChangeRequest(TenantOwned):
    """A registration, change or renewal that waits for a decision.

    The tenant is the organisation, and for a registration the centre that decides. ``facts`` holds what is
    public; what is personal lies in the vault, its handles in ``sealed``.
    """

    kind = models.CharField(max_length=10)  # register | change | renew
    reference = models.CharField(max_length=12, unique=True)
    nonce = models.CharField(max_length=40, blank=True)  # of the form: sent twice, it is still one request
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    origin = models.CharField(
        max_length=32, blank=True
    )  # keyed hash of a stranger's address, to slow floods down
    facts = models.JSONField(default=dict)
    sealed = models.JSONField(default=dict)
    base_version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, default="open")  # open | approved | refused | withdrawn
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "created_at"]),
            models.Index(fields=["organisation", "state"]),
            models.Index(fields=["origin", "created_at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["nonce"], condition=~models.Q(nonce=""), name="registry_request_sent_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind"],
                condition=models.Q(state="open") & models.Q(kind__in=["change", "renew"]),
                name="registry_one_open_request_of_a_kind",
            ),
        ]


class ImportRun(TenantOwned):
    """A file of organisations or contacts that is read in; ``cursor`` is the last row that is done."""

    kind = models.CharField(max_length=20)  # organisations | contacts
    name = models.CharField(max_length=200)
    file_id = models.UUIDField()
    read = models.JSONField(default=dict)  # how the file was read: encoding, sheet, headings, what was chosen
    columns = models.JSONField(default=dict)  # number of a column of the file → field
    plan = models.JSONField(
        default=dict
    )  # what the check found: rows to add, to change, the same, with faults
    state = models.CharField(
        max_length=12, default="checking"
    )  # checking | checked | running | done | failed | cancelled
    job_id = models.UUIDField(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    faults = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")


class ImportRow(Row):
    """A row of a file that is not read in as it stands, or what became of it; never its personal content."""

    run = models.ForeignKey("registry.ImportRun", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()  # line of the sheet as people see it: the header is line 1
    state = models.CharField(max_length=10)  # fault | change (checked) | added | changed | same (done)
    faults = models.JSONField(default=list)  # [{"column", "th", "en"}]; of a change: the fields
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="registry_import_row_once")
        ]
